import { once } from 'node:events';
import { printable } from './printable.js';
import type { Colors } from './notes.js';
import type { Column } from './table.js';

export type OutputFormat = 'text' | 'json' | 'ndjson';

/** Rows by which the widths of a table are chosen; those that follow are printed in these. */
const SAMPLE = 200;

/**
 * Data on stdout. Rows are plain records: `--json` and `--ndjson` print them as they are; else their columns are shown, as a
 * table that fits the terminal, or off a terminal separated by tabs and without a head. Nothing in a text can
 * break a line or move a cursor.
 */
export class Output {
  readonly format: OutputFormat;
  readonly colors: Colors;
  readonly #stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream, format: OutputFormat, colors: Colors) {
    this.#stream = stream;
    this.format = format;
    this.colors = colors;
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY;
  }

  /** Columns of the terminal. */
  get width(): number {
    return this.#stream.columns || 80;
  }

  /** Lines of the terminal. */
  get height(): number {
    return this.#stream.rows || 24;
  }

  /** A line as it is: for texts of our own, and for what is meant for a machine. */
  async line(text: string): Promise<void> {
    if (!this.#stream.write(`${text}\n`)) await once(this.#stream, 'drain');
  }

  /** One record: with `--json` as it is, else by `show`. */
  async document(record: object, show: () => Promise<void>): Promise<void> {
    if (this.format === 'text') await show();
    else await this.line(JSON.stringify(record, null, this.format === 'json' ? 2 : 0));
  }

  /** A listing, printed while it is read; gives how many rows there were. */
  async rows<Row extends object>(
    columns: readonly Column<Row>[],
    rows: Iterable<Row> | AsyncIterable<Row>,
  ): Promise<number> {
    if (this.format === 'json') return this.#json(rows);
    if (this.format === 'ndjson') return this.#each(rows, (row) => JSON.stringify(row));
    if (!this.isTerminal) return this.#each(rows, (row) => textsOf(columns, row).join('\t'));
    return this.#table(columns, rows);
  }

  async #each<Row>(rows: Iterable<Row> | AsyncIterable<Row>, toLine: (row: Row) => string): Promise<number> {
    let count = 0;
    for await (const row of rows) {
      await this.line(toLine(row));
      count += 1;
    }
    return count;
  }

  async #json(rows: Iterable<object> | AsyncIterable<object>): Promise<number> {
    let count = 0;
    for await (const row of rows) {
      await this.line(`${count === 0 ? '[' : ','}${JSON.stringify(row)}`);
      count += 1;
    }
    await this.line(count === 0 ? '[]' : ']');
    return count;
  }

  async #table<Row>(
    columns: readonly Column<Row>[],
    rows: Iterable<Row> | AsyncIterable<Row>,
  ): Promise<number> {
    const { drawTable, fitWidths } = await import('./table.js');
    const head = columns.map(({ title }) => title);
    const aligns = columns.map(({ align }) => align);
    let cells: string[][] = [];
    let widths: number[] | undefined;
    let count = 0;
    const flush = async () => {
      const isFirst = widths === undefined;
      widths ??= fitWidths(
        [head, ...cells],
        columns.map(({ shrinkTo }) => shrinkTo),
        this.width,
      );
      const paints = columns.map(({ paint }) => paint);
      const lines = [
        ...(isFirst ? drawTable([head], widths, aligns) : []),
        ...drawTable(cells, widths, aligns, paints),
      ];
      for (const [index, text] of lines.entries()) {
        await this.line(isFirst && index === 0 ? this.colors.bold(text) : text);
      }
      cells = [];
    };
    for await (const row of rows) {
      cells.push(textsOf(columns, row));
      count += 1;
      if (cells.length >= SAMPLE) await flush();
    }
    if (cells.length > 0) await flush();
    return count;
  }
}

function textsOf<Row>(columns: readonly Column<Row>[], row: Row): string[] {
  return columns.map(({ value }) => {
    const given = value(row);
    return given === null || given === undefined || given === '' ? '-' : printable(String(given));
  });
}
