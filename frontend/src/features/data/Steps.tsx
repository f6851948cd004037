// The steps of a repair, in their order, each with the rows it is about.
import type { RepairStep } from '../../api/types';
import { grouped } from '../../ui/format';
import classes from './data.module.css';

export function Steps({ steps }: { steps: readonly RepairStep[] }) {
  return (
    <ol className={classes.steps}>
      {steps.map((step, index) => (
        <li key={index}>
          {step.text}
          {step.rows === null ? null : (
            <span className="num soft">
              {' '}
              · {grouped(String(step.rows))} {step.rows === 1 ? 'row' : 'rows'}
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
