import { library } from '../../tsup.shared.js';

// The files of the thread and of the child processes are started by their URLs beside the index.
export default library({
  index: 'src/index.ts',
  'heartbeat-thread': 'src/heartbeat/heartbeat-thread.ts',
  'isolated-child': 'src/isolation/isolated-child.ts',
});
