// Bars above and below a line, drawn as a picture; the numbers are in a table beside it.
import { useElementSize } from '@mantine/hooks';
import classes from './plots.module.css';
import { scaleOf, ticksOf } from './scale';

export interface Bar {
  label: string;
  value: number | null;
}

interface Props {
  summary: string;
  bars: readonly Bar[];
  text: (value: number) => string;
}

/** Where it is not known how wide the place is. */
const USUAL_WIDTH = 460;
const HEIGHT = 200;
const LEFT = 60;
const BOTTOM = 24;
const TOP = 10;
const RIGHT = 6;
/** Room that a sign of a name takes. */
const SIGN_WIDTH = 7;

export function BarPlot({ summary, bars, text }: Props) {
  const y = scaleOf([0, ...bars.flatMap(({ value }) => (value === null ? [] : [value]))], HEIGHT - BOTTOM, TOP);
  const { ref, width: place } = useElementSize();
  const width = place || USUAL_WIDTH;
  const step = (width - LEFT - RIGHT) / Math.max(1, bars.length);
  const longest = Math.max(1, ...bars.map(({ label }) => label.length));
  const every = Math.max(1, Math.ceil(((longest + 1) * SIGN_WIDTH) / step)); // names that would overlap are left out
  return (
    <div ref={ref}>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} className={classes.plot} role="img" aria-label={summary}>
        {ticksOf(y).map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={width - RIGHT} y1={y.at(tick)} y2={y.at(tick)} className={tick === 0 ? classes.zero : classes.grid} />
            <text x={LEFT - 6} y={y.at(tick) + 4} textAnchor="end" className={classes.tick}>
              {text(tick)}
            </text>
          </g>
        ))}
        {bars.map(({ label, value }, index) => {
          const left = LEFT + index * step;
          return (
            <g key={label}>
              {value === null ? null : (
                <rect
                  x={left + step * 0.15}
                  width={step * 0.7}
                  y={Math.min(y.at(value), y.at(0))}
                  height={Math.max(0.5, Math.abs(y.at(value) - y.at(0)))}
                  className={classes.bar}
                  data-way={value < 0 ? 'down' : 'up'}
                />
              )}
              {index % every === 0 ? (
                <text x={Math.min(left + step / 2, width - (label.length * SIGN_WIDTH) / 2)} y={HEIGHT - 8} textAnchor="middle" className={classes.tick}>
                  {label}
                </text>
              ) : null}
            </g>
          );
        })}
      </svg>
    </div>
  );
}
