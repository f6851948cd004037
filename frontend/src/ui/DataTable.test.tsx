// Tables: native markup, sorted by a click, virtual when they are long.
import { render, screen, within } from '@testing-library/react';
import { useState } from 'react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { type Column, DataTable } from './DataTable';

interface Row {
  name: string;
  size: number;
}

const COLUMNS: Column<Row>[] = [
  { id: 'name', header: 'Name', isName: true, sortBy: (row) => row.name, cell: (row) => row.name },
  { id: 'size', header: 'Size', isNumber: true, sortBy: (row) => row.size, cell: (row) => row.size },
];

const names = () => screen.getAllByRole('rowheader').map((cell) => cell.textContent);

it('is sorted by a click on a header, numbers from the largest', async () => {
  const rows = [{ name: 'b', size: 1 }, { name: 'a', size: 3 }, { name: 'c', size: 2 }];
  render(<DataTable label="Things" columns={COLUMNS} rows={rows} rowKey={(row) => row.name} />);
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: /Name/ }));
  expect(names()).toEqual(['a', 'b', 'c']);
  expect(screen.getByRole('columnheader', { name: /Name/ })).toHaveAttribute('aria-sort', 'ascending');
  await user.click(screen.getByRole('button', { name: /Size/ }));
  expect(names()).toEqual(['a', 'c', 'b']);
  expect(screen.getByRole('columnheader', { name: /Size/ })).toHaveAttribute('aria-sort', 'descending');
});

it('holds few rows in the document when there are many', () => {
  const rows = Array.from({ length: 5_000 }, (_, index) => ({ name: String(index), size: index }));
  render(<DataTable label="Many" columns={COLUMNS} rows={rows} rowKey={(row) => row.name} />);
  const table = within(screen.getByRole('region', { name: 'Many' })).getByRole('table');
  expect(table).toHaveAttribute('aria-rowcount', '5001');
  expect(within(table).getAllByRole('row').length).toBeLessThan(200);
});

it('has all rows come before it says which is the first by another order', async () => {
  const rows = Array.from({ length: 6 }, (_, index) => ({ name: String(index), size: index }));
  function Paged() {
    const [count, setCount] = useState(2);
    const more = count < rows.length ? () => setCount(count + 2) : () => undefined;
    return <DataTable label="Paged" columns={COLUMNS} rows={rows.slice(0, count)} rowKey={(row) => row.name} onEndReached={more} />;
  }
  render(<Paged />);
  expect(names()).toEqual(['0', '1']);
  await userEvent.setup().click(screen.getByRole('button', { name: /Size/ }));
  expect(names()).toEqual(['5', '4', '3', '2', '1', '0']);
});
