// A move of an order on the chart that waits for a yes, is on its way, or was refused.
import { Button } from '@mantine/core';
import type { Instrument } from '../../api/types';
import { grouped } from '../../ui/format';
import { Icon } from '../../ui/icons';
import { typeWords } from './tables/shared';
import classes from './TradingChart.module.css';
import type { Move, MovableOrders } from './useMovableOrders';

interface Props {
  moves: MovableOrders;
  instrument: Instrument;
}

export function MoveBar({ moves, instrument }: Props) {
  const { pending, refused, onSettle, forget } = moves;
  if (pending) {
    return (
      <div className={classes.move} role="group" aria-label="Move the order">
        <span>
          Move {whatOf(pending)} from <b className="num">{grouped(pending.order[pending.field] ?? '')}</b> to <b className="num">{grouped(pending.price)}</b> {instrument.quote}?
        </span>
        <Button size="compact-sm" loading={pending.isSent} onClick={() => onSettle(true)}>
          Move it
        </Button>
        <Button size="compact-sm" variant="default" disabled={pending.isSent} onClick={() => onSettle(false)}>
          Leave it
        </Button>
      </div>
    );
  }
  if (!refused) return null;
  return (
    <div className={classes.move} role="alert" aria-label="The order stays where it was">
      <Icon name="warning" />
      <span>
        The {whatOf(refused)} stays at <b className="num">{grouped(refused.order[refused.field] ?? '')}</b>: {reasonOf(refused.fault)}
      </span>
      <Button size="compact-sm" variant="default" onClick={forget}>
        Understood
      </Button>
    </div>
  );
}

function whatOf({ order }: Move): string {
  return `${order.side} ${typeWords(order.type).toLowerCase()}`;
}

/** A field's own message says more than that there is one. */
function reasonOf({ message, fields }: { message: string; fields: Record<string, string> }): string {
  return Object.values(fields)[0] ?? message;
}
