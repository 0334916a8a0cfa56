// The plain script of an administrator: re-creates users one by one, some at a time, and blocks
// them, with Microsoft's own client, which tries again what was throttled.
//
// node graph_bench_script.mjs JOB.json; see graph_bench_run.h for the job. Prints one line of JSON.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const job = JSON.parse(await readFile(process.argv[2], 'utf8'));

// The simulator's time runs faster, and so must the client's waits for Retry-After.
const realTimeout = globalThis.setTimeout;
globalThis.setTimeout = (action, wait, ...rest) => realTimeout(action, wait / job.timeScale, ...rest);

const { Client } = createRequire(job.modules + '/')('@microsoft/microsoft-graph-client');

async function signIn() {
  const answer = await fetch(`${job.login}/${job.tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'https://graph.microsoft.com/.default',
      client_id: job.clientId,
      client_secret: (await readFile(job.secretFile, 'utf8')).trim(),
    }),
  });
  return (await answer.json()).access_token;
}

const token = await signIn();
const client = Client.init({
  baseUrl: job.graph + '/',
  defaultVersion: 'v1.0',
  authProvider: (done) => done(null, token),
  customHosts: new Set([new URL(job.graph).hostname]),
});

async function recreate(user) {
  const created = await client.api('/users').post(user);
  await client.api(`/users/${created.id}`).patch({ accountEnabled: false });
}

const users = JSON.parse(await readFile(job.users, 'utf8'));
let next = 0;
let failed = 0;
let why = '';

async function work() {
  while (next < users.length) {
    try {
      await recreate(users[next++]);
    } catch (error) {
      ++failed;
      why ||= `${error.statusCode} ${error.message}`;
    }
  }
}

await Promise.all(Array.from({ length: job.scriptAtOnce }, work));
console.log(JSON.stringify({ failed, why }));
