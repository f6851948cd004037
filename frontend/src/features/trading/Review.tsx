// The last look at an order; Enter sends it, once.
import { Button, Modal } from '@mantine/core';
import type { Instrument, OrderIn, OrderPreview } from '../../api/types';
import { newestTicker } from '../../stream/markets';
import { useFocusBack } from '../../ui/useFocusBack';
import { PreviewPanel } from './PreviewPanel';
import classes from './Ticket.module.css';
import { isFar } from './ticketState';

interface Props {
  order: OrderIn;
  words: string;
  instrument: Instrument;
  preview: OrderPreview | undefined;
  onSend: () => void;
  onClose: () => void;
}

export default function Review({ order, words, instrument, preview, onSend, onClose }: Props) {
  useFocusBack();
  const isSlip = isFar(order.price ?? order.stop_price ?? '', newestTicker(instrument.symbol)?.last ?? null);
  return (
    <Modal opened onClose={onClose} title="Review the order" closeButtonProps={{ 'aria-label': 'Close the review' }}>
      <div className="stack">
        <strong className={order.side === 'buy' ? 'up' : 'down'}>{words}</strong>
        {isSlip ? <p className={classes.refused}>This price is more than 5 % away from the market.</p> : null}
        <PreviewPanel preview={preview} fault={null} instrument={instrument} />
        <div className="row">
          <Button className={classes.send} data-side={order.side} onClick={onSend} data-autofocus>
            {words}
          </Button>
          <Button variant="default" onClick={onClose}>
            Back
          </Button>
        </div>
        <span className="soft small">Enter sends it, Esc goes back.</span>
      </div>
    </Modal>
  );
}
