// Points on two axes, drawn as a picture; the numbers are in a table beside it.
import { useElementSize } from '@mantine/hooks';
import { grouped } from '../format';
import classes from './plots.module.css';
import { scaleOf, ticksOf } from './scale';

export interface Point {
  id: string;
  x: number;
  y: number;
  isUp: boolean;
}

interface Props {
  summary: string;
  points: readonly Point[];
  xLabel: string;
  yLabel: string;
  selected: string | null;
  onChoose: (id: string) => void;
}

/** Where it is not known how wide the place is. */
const USUAL_WIDTH = 460;
const HEIGHT = 280;
const LEFT = 64;
const BOTTOM = 40;
const TOP = 10;
const RIGHT = 12;

/** Winners are filled, losers hollow: told apart without colour. */
export function ScatterPlot({ summary, points, xLabel, yLabel, selected, onChoose }: Props) {
  const { ref, width: place } = useElementSize();
  const width = place || USUAL_WIDTH;
  const x = scaleOf(points.map((point) => point.x), LEFT, width - RIGHT);
  const y = scaleOf(points.map((point) => point.y), HEIGHT - BOTTOM, TOP);
  return (
    <div ref={ref}>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} className={classes.plot} role="img" aria-label={summary}>
        {ticksOf(x).map((tick) => (
          <g key={`x${tick}`}>
            <line x1={x.at(tick)} x2={x.at(tick)} y1={TOP} y2={HEIGHT - BOTTOM} className={classes.grid} />
            <text x={x.at(tick)} y={HEIGHT - BOTTOM + 14} textAnchor="middle" className={classes.tick}>
              {tickText(tick)}
            </text>
          </g>
        ))}
        {ticksOf(y).map((tick) => (
          <g key={`y${tick}`}>
            <line x1={LEFT} x2={width - RIGHT} y1={y.at(tick)} y2={y.at(tick)} className={classes.grid} />
            <text x={LEFT - 6} y={y.at(tick) + 4} textAnchor="end" className={classes.tick}>
              {tickText(tick)}
            </text>
          </g>
        ))}
        {points.map((point) => (
          <circle
            key={point.id}
            cx={x.at(point.x)}
            cy={y.at(point.y)}
            r={point.id === selected ? 7 : 4}
            className={classes.point}
            data-way={point.isUp ? 'up' : 'down'}
            data-selected={point.id === selected || undefined}
            onClick={() => onChoose(point.id)}
          />
        ))}
        <text x={(LEFT + width - RIGHT) / 2} y={HEIGHT - 6} textAnchor="middle" className={classes.axis}>
          {xLabel}
        </text>
        <text transform={`translate(12 ${(HEIGHT - BOTTOM) / 2}) rotate(-90)`} textAnchor="middle" className={classes.axis}>
          {yLabel}
        </text>
      </svg>
    </div>
  );
}

function tickText(value: number): string {
  return grouped(String(Number(value.toPrecision(6))));
}
