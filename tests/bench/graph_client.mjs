// Microsoft's JavaScript client as an administrator sets it up, for the scripts that the benchmarks
// compare entrad with: signed in with a secret, and with its own retry middleware.
//
// The job names the graph and login origins, tenantId, clientId, secretFile, timeScale, and modules:
// the folder where require() finds npm's packages.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

// A token is renewed before it ends, as Microsoft's sign-in libraries do.
const renewedBefore = 300;

export async function connect(job) {
  // The simulator's time runs faster, and so must the client's waits for Retry-After.
  const realTimeout = globalThis.setTimeout;
  globalThis.setTimeout = (action, wait, ...rest) => realTimeout(action, wait / job.timeScale, ...rest);

  const { Client } = createRequire(job.modules + '/')('@microsoft/microsoft-graph-client');
  const secret = (await readFile(job.secretFile, 'utf8')).trim();
  let token;
  let signedInUntil = 0;

  async function signIn() {
    const answer = await fetch(`${job.login}/${job.tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'https://graph.microsoft.com/.default',
        client_id: job.clientId,
        client_secret: secret,
      }),
    });
    const said = await answer.json();
    signedInUntil = Date.now() + ((said.expires_in - renewedBefore) * 1000) / job.timeScale;
    return said.access_token;
  }

  function currentToken() {
    if (Date.now() >= signedInUntil) {
      signedInUntil = Infinity; // whoever comes meanwhile waits for the same one
      token = signIn();
    }
    return token;
  }

  return Client.init({
    baseUrl: job.graph + '/',
    defaultVersion: 'v1.0',
    authProvider: (done) => currentToken().then((text) => done(null, text), (error) => done(error, null)),
    customHosts: new Set([new URL(job.graph).hostname]),
  });
}

// Counts what is given up, and keeps the first reason.
export class Attempts {
  failed = 0;
  why = '';

  // What `action` gives, or undefined when the client has given up.
  async make(action) {
    try {
      return await action();
    } catch (error) {
      ++this.failed;
      this.why ||= `${error.statusCode} ${error.message}`;
      return undefined;
    }
  }
}

// Each of `all` in its turn, `atOnce` of them under way.
export async function forEach(all, atOnce, action) {
  let next = 0;
  const work = async () => {
    while (next < all.length) await action(all[next++]);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
