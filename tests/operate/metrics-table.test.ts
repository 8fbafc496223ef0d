import { createMetrics } from '@reskue/metrics';
import { expect, test } from 'vitest';
import { page, textOf, yamlOf } from './operate-files.test-kit.js';

const lines = (await createMetrics().text()).text.split('\n');
const real = lines
  .filter((line) => line.startsWith('# TYPE '))
  .map((line) => line.split(' ').slice(2))
  .sort();

test('the table has every metric, with its type, and no other', () => {
  const rows = [...page.matchAll(/^\| `(reskue_\w+)` *\| (\w+) *\|/gm)]
    .map(([, name, type]) => [name, type])
    .sort();
  expect(rows).toEqual(real);
});

test('names follow the conventions of Prometheus', () => {
  for (const [name = '', type] of real) {
    expect(name.endsWith('_total'), name).toBe(type === 'counter');
    expect(name).not.toMatch(/_ms$|_milliseconds|_count$|_sum$/);
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
  }
});

test('alerts ask for metrics that there are, and the page tells each', () => {
  const [file] = yamlOf<{ groups: { rules: { alert: string; expr: string }[] }[] }>('alerts.yaml');
  const rules = file?.groups.flatMap(({ rules: some }) => some) ?? [];
  expect(rules.length).toBeGreaterThan(8);
  const names = new Set(real.map(([name]) => name));
  for (const { alert, expr } of rules) {
    const asked = expr.match(/reskue_\w+/g) ?? [];
    expect(
      asked.filter((name) => !names.has(name)),
      alert,
    ).toEqual([]);
    expect(page).toContain(`\`${alert}\``);
  }
  expect(textOf('alerts.yaml')).not.toContain('\t');
});
