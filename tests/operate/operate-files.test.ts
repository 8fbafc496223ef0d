import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { folder, optionOf, page, textOf, unknownFlags, wordsOf, yamlOf } from './operate-files.test-kit.js';

interface Container {
  args: string[];
  env: { name: string; value?: string }[];
  ports: { name: string; containerPort: number }[];
  livenessProbe: { httpGet: { path: string; port: string }; timeoutSeconds: number };
  readinessProbe: { httpGet: { path: string; port: string } };
  lifecycle?: { preStop: { exec: { command: string[] } } };
}
interface Deployment {
  kind: string;
  metadata: { name: string };
  spec: {
    selector: { matchLabels: object };
    template: {
      metadata: { labels: object; annotations: Record<string, string> };
      spec: {
        terminationGracePeriodSeconds: number;
        securityContext: { runAsNonRoot: boolean };
        containers: [Container];
      };
    };
  };
}
interface Compose {
  services: Record<string, { command?: string | string[]; stop_grace_period?: string; build?: string }>;
}

const cmdOf = (dockerfile: string, keyword: string): string[] =>
  JSON.parse(
    new RegExp(`^${keyword}(?: --\\S+)*(?: CMD)? (\\[.*\\])$`, 'm').exec(dockerfile)?.[1] ?? '[]',
  ) as string[];
const dockerfile = textOf('Dockerfile');
const work = cmdOf(dockerfile, 'CMD');
const deployments = yamlOf<Deployment>('kubernetes.yaml');
const [compose] = yamlOf<Compose>('compose.yaml');
const unit = textOf('reskue-worker.service');
const execStart = wordsOf(/^ExecStart=(.*)$/m.exec(unit)?.[1] ?? '');
const procfile = textOf('Procfile').trim().split('\n');
const seconds = (duration: string | undefined): number => Number(/^(\d+)s$/.exec(duration ?? '')?.[1]);
/** What running jobs get, and 5 s more. */
const graceOf = (words: readonly string[]): number => seconds(optionOf(words, '--term-timeout')) + 5;

test('the page shows every file, and there is no other', () => {
  const shown = [...page.matchAll(/\]\(\.\.\/apps\/examples\/operate\/([^)]+)\)/g)].map(([, file]) => file);
  expect([...new Set(shown)].sort()).toEqual(readdirSync(folder).sort());
});

test('every command line, in the files and on the page, is one that there is', () => {
  const healthcheck = cmdOf(dockerfile, 'HEALTHCHECK');
  const kubernetes = deployments.map(({ spec }) => spec.template.spec.containers[0].args);
  const services = Object.values(compose?.services ?? {}).flatMap(({ command }) =>
    Array.isArray(command) ? [command] : [],
  );
  const lines = procfile.map((line) => wordsOf(line.slice(line.indexOf(':') + 1)));
  const inText = [...page.matchAll(/`(reskue [a-z][^`]*)`|^(?:\$ )?((?:npx )?reskue [a-z].*)$/gm)].map(
    ([, one, two]) => wordsOf((one ?? two ?? '').replace(/ # .*$/, '')),
  );
  const all = [work, healthcheck, execStart, ...kubernetes, ...services, ...lines, ...inText];
  expect(all.length).toBeGreaterThan(20);
  expect(all.flatMap((words) => unknownFlags(words))).toEqual([]);
});

test('whoever stops a worker waits for --term-timeout and 5 s more', () => {
  expect(graceOf(work)).toBe(30);
  expect(seconds(compose?.services['worker']?.stop_grace_period)).toBe(graceOf(work));
  const [worker] = deployments;
  const args = worker?.spec.template.spec.containers[0].args ?? [];
  expect(worker?.spec.template.spec.terminationGracePeriodSeconds).toBe(graceOf(args));
  expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBe(graceOf(execStart));
});

test('Kubernetes asks the paths that are served, on the port that is, and runs nobody as root', () => {
  expect(deployments.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'Deployment worker',
    'Deployment scheduler',
  ]);
  for (const { spec } of deployments) {
    const { metadata, spec: pod } = spec.template;
    const [container] = pod.containers;
    const port = container.env.find(({ name }) => name === 'HEALTH_PORT')?.value;
    expect(container.ports).toEqual([{ name: 'health', containerPort: Number(port) }]);
    expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'health' });
    expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'health' });
    expect(metadata.annotations['prometheus.io/port']).toBe(port);
    expect(metadata.labels).toEqual(spec.selector.matchLabels);
    expect(pod.securityContext.runAsNonRoot).toBe(true);
  }
});

test('KEDA looks at the queues that the workers work, by the keys that they have', () => {
  const [scaled] = yamlOf<{
    spec: {
      scaleTargetRef: { name: string };
      triggers: { type: string; metadata: Record<string, string> }[];
    };
  }>('keda.yaml');
  expect(scaled?.spec.scaleTargetRef.name).toBe(deployments[0]?.metadata.name);
  const queues =
    optionOf(deployments[0]?.spec.template.spec.containers[0].args ?? [], '-q')?.split(',') ?? [];
  expect(scaled?.spec.triggers.map(({ type, metadata }) => [type, metadata['listName']])).toEqual(
    queues.map((queue) => ['redis', `resque:queue:${queue}`]),
  );
});

test('Redis keeps what it accepts, and evicts nothing', () => {
  const command = String(compose?.services['redis']?.command);
  expect(command).toContain('--appendonly yes');
  expect(command).toContain('--maxmemory-policy noeviction');
});

test('the image is run by a user, has a health check, and gets the signals itself', () => {
  expect(dockerfile).toMatch(/^USER node$/m);
  expect(cmdOf(dockerfile, 'HEALTHCHECK')).toEqual(['node_modules/.bin/reskue', 'health']);
  expect(dockerfile).toMatch(/^ENV .*HEALTH_PORT=9090/m);
  expect(work[0]).toBe('node_modules/.bin/reskue');
  expect(deployments[0]?.spec.template.spec.containers[0].args).toEqual(work);
});
