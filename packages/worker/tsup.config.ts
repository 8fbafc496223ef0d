import { library } from '../../tsup.shared.js';

// The thread's file is started by its URL beside the index.
export default library({ index: 'src/index.ts', 'heartbeat-thread': 'src/heartbeat/heartbeat-thread.ts' });
