import type { Output } from './output.js';
import { printable } from './printable.js';
import type { Column } from './table.js';

/** Rows that come one by one, each printed at once, in columns that are as wide as what came before. */
export class LiveRows<Row extends object> {
  readonly #out: Output;
  readonly #columns: readonly Column<Row>[];
  readonly #widths: number[];
  #hasHead = false;

  constructor(out: Output, columns: readonly Column<Row>[]) {
    this.#out = out;
    this.#columns = columns;
    this.#widths = columns.map(({ title }) => title.length);
  }

  async row(row: Row): Promise<void> {
    // A document that never ends can not be one JSON array: a line each, in both formats.
    if (this.#out.format !== 'text') return this.#out.line(JSON.stringify(row));
    const cells = this.#columns.map(({ value }) => {
      const given = value(row);
      return given === null || given === undefined || given === '' ? '-' : printable(String(given));
    });
    if (!this.#out.isTerminal) return this.#out.line(cells.join('\t'));
    for (const [at, cell] of cells.entries()) {
      this.#widths[at] = Math.max(this.#widths[at] ?? 0, cell.length);
    }
    if (!this.#hasHead) {
      this.#hasHead = true;
      await this.#out.line(this.#out.colors.bold(this.#fit(this.#columns.map(({ title }) => title))));
    }
    await this.#out.line(this.#fit(cells));
  }

  #fit(cells: readonly string[]): string {
    const padded = cells.map((cell, at) => {
      const width = this.#widths[at] ?? 0;
      return this.#columns[at]?.align === 'right' ? cell.padStart(width) : cell.padEnd(width);
    });
    return padded.join('  ').trimEnd().slice(0, this.#out.width);
  }
}
