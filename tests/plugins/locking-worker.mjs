// A worker process whose job holds a JobLock for ever: argv = socket.
import { JobLock } from '../../packages/plugins/dist/index.js';
import { Worker } from '../../packages/worker/dist/index.js';

const [path] = process.argv.slice(2);
const jobs = { slow: { plugins: [JobLock], perform: () => new Promise(() => {}) } };
const worker = new Worker({ connection: { path }, name: 'dead:1', queues: 'q', lease: 1_000 }, jobs);
await worker.connect();
await worker.start();
