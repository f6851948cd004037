// Buy or sell, in the colours and words of each.
import { SegmentedControl } from '@mantine/core';
import type { Side } from '../../api/types';
import classes from './Ticket.module.css';

interface Props {
  side: Side;
  onChoose: (side: Side) => void;
}

export function SideChoice({ side, onChoose }: Props) {
  return (
    <SegmentedControl
      fullWidth
      aria-label="Side"
      value={side}
      onChange={(next) => onChoose(next as Side)}
      data={[
        { value: 'buy', label: 'Buy' },
        { value: 'sell', label: 'Sell' },
      ]}
      classNames={{ root: classes.sides ?? '', indicator: classes.sideChosen ?? '' }}
      data-side={side}
    />
  );
}
