import { Worker } from '@reskue/worker';
