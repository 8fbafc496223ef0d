// @ts-check
import * as echarts from 'echarts';
import { figure } from './format.mjs';
import { medianOf } from './tabulate.mjs';

/** @typedef {import('../run/run-group.mjs').Line} Line */

const columns = 3;
const panel = { width: 360, height: 190 };
const colours = { reskue: '#c2410c', other: '#94a3b8' };

/** A panel of bars for each row, as the text of an SVG file. */
export function drawChart(/** @type {readonly Line[]} */ lines) {
  const rows = [...new Set(lines.map(({ row }) => row))];
  const height = Math.ceil(rows.length / columns) * panel.height;
  const chart = echarts.init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: columns * panel.width,
    height,
  });
  const panels = rows.map((row, index) =>
    panelOf(
      lines.filter((line) => line.row === row && line.rounds.length > 0),
      index,
    ),
  );
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: panels.map(({ title }) => title),
    grid: panels.map(({ grid }) => grid),
    xAxis: panels.map(({ xAxis }) => xAxis),
    yAxis: panels.map(({ yAxis }) => yAxis),
    series: panels.map(({ series }) => series),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

function panelOf(/** @type {readonly Line[]} */ lines, /** @type {number} */ index) {
  const left = (index % columns) * panel.width;
  const top = Math.floor(index / columns) * panel.height;
  const [metric] = lines[0]?.row.metrics ?? [];
  return {
    title: {
      text: lines[0]?.row.title ?? '',
      subtext: `${metric?.unit ?? ''}, ${metric?.better ?? 'more'} is better`,
      left: left + 8,
      top: top + 6,
      textStyle: { fontSize: 12 },
      subtextStyle: { fontSize: 10 },
      itemGap: 3,
    },
    grid: { left: left + 130, top: top + 48, width: panel.width - 200, height: panel.height - 62 },
    xAxis: { gridIndex: index, type: 'value', show: false },
    yAxis: {
      gridIndex: index,
      type: 'category',
      inverse: true,
      data: lines.map(({ contender }) => contender),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { fontSize: 10 },
    },
    series: {
      type: 'bar',
      xAxisIndex: index,
      yAxisIndex: index,
      barMaxWidth: 14,
      label: {
        show: true,
        position: 'right',
        fontSize: 10,
        formatter: (/** @type {{ value: number }} */ { value }) => figure(value),
      },
      data: lines.map((line) => ({
        value: medianOf(line, metric?.name),
        itemStyle: { color: line.contender.startsWith('reskue') ? colours.reskue : colours.other },
      })),
    },
  };
}
