// The plain script of an administrator: re-creates users one by one, some at a time, and blocks
// them, with Microsoft's own client, which tries again what was throttled.
//
// node graph_bench_script.mjs JOB.json; see graph_bench_run.h for the job. Prints one line of JSON.
import { readFile } from 'node:fs/promises';
import { Attempts, connect, forEach } from './graph_client.mjs';

const job = JSON.parse(await readFile(process.argv[2], 'utf8'));
const client = await connect(job);
const attempts = new Attempts();

async function recreate(user) {
  const created = await client.api('/users').post(user);
  await client.api(`/users/${created.id}`).patch({ accountEnabled: false });
}

const users = JSON.parse(await readFile(job.users, 'utf8'));
await forEach(users, job.scriptAtOnce, (user) => attempts.make(() => recreate(user)));
console.log(JSON.stringify({ failed: attempts.failed, why: attempts.why }));
