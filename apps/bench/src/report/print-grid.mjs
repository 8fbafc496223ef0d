// @ts-check
import Table from 'cli-table3';

/** A grid as a table for the terminal. */
export function terminalTable(/** @type {import('./tabulate.mjs').Grid} */ { title, head, body }) {
  const colAligns = head.map((_, index) => (index === 0 ? 'left' : 'right'));
  const table = new Table({
    head,
    colAligns: /** @type {import('cli-table3').HorizontalAlignment[]} */ (colAligns),
    style: { head: [], border: [], compact: true },
  });
  for (const cells of body) {
    const missing = head.length - cells.length;
    // Why it has no figures stands across the columns.
    const [name = '', why = ''] = cells;
    table.push(missing > 0 ? [name, { content: why, colSpan: missing + 1, hAlign: 'left' }] : cells);
  }
  return `\n${title}\n${table.toString()}\n`;
}

/** A grid as a table in Markdown. */
export function markdownTable(/** @type {import('./tabulate.mjs').Grid} */ { title, head, body }) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
  const rule = line(head.map((_, index) => (index === 0 ? '---' : '---:')));
  return [`**${title}**`, '', line(head), rule, ...body.map(line), ''].join('\n');
}
