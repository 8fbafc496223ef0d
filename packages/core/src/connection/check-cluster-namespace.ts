import { ReskueError } from '../errors/reskue-error.js';

/** True when Redis Cluster puts all keys that begin with this text into one slot. */
function hasHashTag(text: string): boolean {
  const open = text.indexOf('{');
  return open !== -1 && text.indexOf('}', open) > open + 1;
}

/** Refuses a namespace whose keys would be spread over the cluster: no script may touch two slots. */
export function checkClusterNamespace(prefix: string): void {
  if (hasHashTag(prefix)) return;
  const name = prefix.replace(/:$/, '') || 'resque';
  throw new ReskueError(
    'RESKUE_CLUSTER_NAMESPACE',
    `In a Redis Cluster all keys of a namespace must live in one slot: put the namespace into braces, namespace: "{${name}}"`,
  );
}
