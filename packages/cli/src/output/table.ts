import Table from 'cli-table3';
import stringWidth from 'string-width';

/** A column of a listing. What it shows is made printable by whoever prints it. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number | null | undefined;
  readonly align?: 'left' | 'right';
  /** Colours a cell of a terminal; it may be cut already. */
  readonly paint?: (text: string) => string;
  /** Least width when the terminal is narrow; a column without it keeps its whole width. */
  readonly shrinkTo?: number;
}

const GAP = 2;
const LEAST = 3;

const none = '';
const borderless = {
  top: none,
  'top-mid': none,
  'top-left': none,
  'top-right': none,
  bottom: none,
  'bottom-mid': none,
  'bottom-left': none,
  'bottom-right': none,
  left: none,
  'left-mid': none,
  mid: none,
  'mid-mid': none,
  right: none,
  'right-mid': none,
  middle: none,
};

/** The width of each column, so that all of them fit into `room`: the ones that may shrink do, the widest first. */
export function fitWidths(
  cells: readonly (readonly string[])[],
  shrinkTo: readonly (number | undefined)[],
  room: number,
): number[] {
  const widths = shrinkTo.map((_, index) =>
    Math.max(1, ...cells.map((row) => stringWidth(row[index] ?? ''))),
  );
  let excess = widths.reduce((sum, width) => sum + width, 0) + GAP * (widths.length - 1) - room;
  // Where that is not enough, every column gives way.
  for (const leasts of [shrinkTo, shrinkTo.map(() => LEAST)]) {
    while (excess > 0) {
      let widest = -1;
      for (const [index, width] of widths.entries()) {
        const least = leasts[index];
        if (least !== undefined && width > least && width > (widths[widest] ?? 0)) widest = index;
      }
      if (widest < 0) break;
      widths[widest] = (widths[widest] ?? 1) - 1;
      excess -= 1;
    }
  }
  return widths;
}

/** The lines of a table without borders; what is longer than its column ends in `…`. */
export function drawTable(
  cells: readonly (readonly string[])[],
  widths: readonly number[],
  aligns: readonly ('left' | 'right' | undefined)[],
  paints: readonly (((text: string) => string) | undefined)[] = [],
): string[] {
  const table = new Table({
    chars: borderless,
    colWidths: widths.map((width, index) => width + (index < widths.length - 1 ? GAP : 0)),
    colAligns: aligns.map((align) => align ?? 'left'),
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
  });
  // The gap belongs to the column before it; a right-aligned text keeps off it.
  table.push(
    ...cells.map((row) =>
      row.map((cell, index) => {
        const room = widths[index] ?? 0;
        const cut = (paints[index] ?? same)(stringWidth(cell) > room ? cutTo(cell, room) : cell);
        return aligns[index] === 'right' && index < widths.length - 1 ? `${cut}${' '.repeat(GAP)}` : cut;
      }),
    ),
  );
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

const same = (text: string) => text;

function cutTo(text: string, room: number): string {
  let cut = '';
  let width = 0;
  for (const letter of text) {
    width += stringWidth(letter);
    if (width > room - 1) break;
    cut += letter;
  }
  return `${cut}…`;
}
