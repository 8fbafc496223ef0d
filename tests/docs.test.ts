import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as protocol from '@reskue/core/protocol';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const page = readFileSync('docs/protocol.md', 'utf8');

describe('docs/protocol.md', () => {
  /** Keys that take an operand stand there with it in angle brackets: `queue:<queue>`. */
  const keys = Object.entries(protocol.createKeys('NS')).flatMap(([name, key]: [string, unknown]) => {
    if (name === 'prefix') return [];
    const text = typeof key === 'function' ? (key as (operand: string) => string)('<operand>') : String(key);
    // Only Ruby's lock has the namespace twice, and is written in full.
    return [text.startsWith('NS:NS:') ? text : text.slice('NS:'.length)];
  });

  test.each(keys)('has the key %s', (key) => {
    const pattern = key.split('<operand>').map(escapePattern).join('<[a-z ]+>');
    expect(page).toMatch(new RegExp(`\`${pattern}\``));
  });

  interface Operands {
    name: string;
    keys: readonly string[];
    args: readonly string[];
  }
  const isScript = (value: unknown): value is Operands =>
    typeof value === 'object' && value !== null && 'source' in value && 'sha' in value;
  const scripts = Object.values<unknown>(protocol).filter(isScript);
  const sections = new Map(
    page
      .split(/^### /m)
      .slice(1)
      .map((text) => [text.slice(0, text.indexOf('\n')), text]),
  );
  const operandsOf = (section: string, kind: string) => {
    const lines = section.replace(/\n +/g, ' ');
    const line = new RegExp(`^- ${kind}: (.*)$`, 'm').exec(lines)?.[1] ?? '';
    return [.../^(`\w+` ?)*/.exec(line)![0].matchAll(/\w+/g)].map(String);
  };

  test.each(scripts.map((script) => [script.name, script] as const))(
    'tells the operands of %s',
    (name, script) => {
      const section = sections.get(name) ?? '';
      expect(operandsOf(section, 'KEYS')).toEqual(script.keys);
      expect(operandsOf(section, 'ARGV')).toEqual(script.args);
      expect(section).toMatch(/^- Repl(y|ies): /m);
    },
  );

  test('has no script that there is not', () => {
    const told = page.slice(page.indexOf('\n## Scripts')).match(/^### .*/gm)!;
    expect(told.map((line) => line.slice('### '.length)).sort()).toEqual(
      scripts.map(({ name }) => name).sort(),
    );
  });
});

const pages = ['docs', 'packages', 'apps', 'tests'].flatMap((folder) =>
  ts.sys.readDirectory(folder, ['.md'], ['**/node_modules', '**/dist', '**/.turbo']),
);

test.each(['README.md', ...pages])('the links of %s lead somewhere', (file) => {
  const text = readFileSync(file, 'utf8').replace(/```[\s\S]*?```/g, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  const broken = links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? file : join(dirname(file), path);
    if (!existsSync(target)) return true;
    return anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
  });
  expect(broken).toEqual([]);
});

/** The anchors that headings get: lower case, spaces as hyphens, punctuation gone. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
