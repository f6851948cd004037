// An operator: how it is written, with the place that is being filled, and what it means.
import type { Operator } from '../../api/types';
import classes from './expression.module.css';

interface Props {
  operator: Operator;
  /** Which of its places the caret is in; null: none. */
  place: number | null;
  /** Over what stands below, which stays where it is. */
  isFloating?: boolean;
  isHidden?: boolean;
}

export function OperatorHelp({ operator, place, isFloating = false, isHidden = false }: Props) {
  return (
    <div className={classes.help} role="note" aria-label={`About ${operator.name}`} data-floating={isFloating || undefined} data-hidden={isHidden || undefined}>
      <Signature operator={operator} place={place} />
      <div>{operator.meaning}</div>
      <div className="soft">
        Bars back: {operator.look_back}. {operator.nan}
      </div>
    </div>
  );
}

export function Signature({ operator, place }: Pick<Props, 'operator' | 'place'>) {
  const here = place === null ? undefined : operator.places[place];
  return (
    <div className={classes.signature}>
      <code>{operator.signature}</code>
      {here ? (
        <span className="soft">
          {' '}
          · now <code>{here.name}</code>
          {here.default === null ? '' : `, ${here.default} unless said`}
        </span>
      ) : null}
    </div>
  );
}
