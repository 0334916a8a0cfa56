// The plain script of an administrator: creates the users of an export again, some at a time, and
// then sends one write for each link and each sign-in method, with Microsoft's own client, which
// tries again what was throttled.
//
// node restore_bench_script.mjs JOB.json; see restore_bench_export.py for the job. Prints one line
// of JSON.
import { readFile } from 'node:fs/promises';
import { Attempts, connect, forEach } from './graph_client.mjs';

const job = JSON.parse(await readFile(process.argv[2], 'utf8'));
const client = await connect(job);
const attempts = new Attempts();
const ids = new Map(Object.entries(job.present)); // userPrincipalName -> object id

const named = (id) => ({ '@odata.id': `${job.graph}/v1.0/directoryObjects/${id}` });
const send = (method, path, body) => attempts.make(() => client.api(path)[method](body));

async function create(user) {
  const created = await send('post', '/users', user.body);
  if (created) ids.set(user.body.userPrincipalName, created.id);
}

// Managers are named by their new ids, so all users are there before anybody is linked.
async function link(user) {
  const id = ids.get(user.body.userPrincipalName);
  if (!id) return;
  if (ids.has(user.manager)) await send('put', `/users/${id}/manager/$ref`, named(ids.get(user.manager)));
  for (const method of user.methods)
    await send('post', `/users/${id}/authentication/${method.collection}`, method.body);
  for (const unit of user.units)
    await send('post', `/directory/administrativeUnits/${unit}/members/$ref`, named(id));
  for (const group of user.groups) await send('post', `/groups/${group}/members/$ref`, named(id));
  for (const role of user.roles)
    await send('post', '/roleManagement/directory/roleAssignments', { ...role, principalId: id });
}

const users = JSON.parse(await readFile(job.users, 'utf8'));
await forEach(users, job.scriptAtOnce, create);
await forEach(users, job.scriptAtOnce, link);
console.log(JSON.stringify({ failed: attempts.failed, why: attempts.why }));
