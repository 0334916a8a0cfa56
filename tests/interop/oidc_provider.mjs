// Runs npm's oidc-provider on loopback as if it were a tenant's token endpoint.
//
//   node oidc_provider.mjs FOLDER CERTIFICATE CLIENT TENANT
//
// FOLDER holds node_modules; CERTIFICATE (PEM) is what the client CLIENT has registered: its only
// way to sign in is private_key_jwt with PS256. Prints one JSON object a line: first its address,
// then why a request was refused. Ends when its input ends.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, certificateFile, client, tenant] = process.argv.slice(2);
const library = join(folder, 'node_modules', 'oidc-provider', 'lib', 'index.js');
const { default: Provider, errors } = await import(pathToFileURL(library));

const certificate = new X509Certificate(readFileSync(certificateFile));
const digest = Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex');
const thumbprint = digest.toString('base64url');
const key = certificate.publicKey.export({ format: 'jwk' });

const say = (object) => process.stdout.write(`${JSON.stringify(object)}\n`);

// The library takes any registered key that fits; Entra goes by the thumbprint in the header.
function assertThumbprint(_context, _claims, header) {
  if (header['x5t#S256'] !== thumbprint || header.typ !== 'JWT') {
    throw new errors.InvalidClientAuth('the header names another certificate');
  }
}

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(origin, {
    clients: [{
      client_id: client,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'PS256',
      jwks: { keys: [{ ...key, use: 'sig', alg: 'PS256', 'x5t#S256': thumbprint }] },
    }],
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    clientAuthMethods: ['private_key_jwt'],
    enabledJWA: { clientAuthSigningAlgValues: ['PS256'] },
    routes: { token: `/${tenant}/oauth2/v2.0/token` },
    assertJwtClientAuthClaimsAndHeader: assertThumbprint,
  });
  provider.on('grant.error', (_context, error) => {
    say({ refused: error.error_detail ?? error.error_description ?? error.message });
  });
  server.on('request', provider.callback());
  say({ origin });
});
process.stdin.on('end', () => process.exit(0)).resume();
