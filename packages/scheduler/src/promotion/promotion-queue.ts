import { sameValue, type PluginQueue } from '@reskue/core/protocol';

/**
 * The Queue as the plugins of a due job see it: asked when this job is scheduled, it leaves out the job itself and its
 * copies. So a plugin that refuses what is delayed already (DelayQueueLock) does not refuse the promotion of that very
 * thing, for ever.
 */
export function promotionQueue<Host extends object>(
  host: Host,
  due: { queue: string; class: string; args: readonly unknown[] },
): Host {
  return new Proxy(host, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== 'function') return member;
      if (property !== 'scheduledAt') return member.bind(target) as unknown;
      return async (queue: string, func: string, args: unknown[] = []): Promise<number[]> => {
        if (queue === due.queue && func === due.class && (args === due.args || sameValue(args, due.args)))
          return [];
        // Only a Queue has this method, and it takes what was given.
        return (member as PluginQueue['scheduledAt']).call(target, queue, func, args);
      };
    },
  });
}
