// On its way, failed, and out of date: said in words, with a way on.
import { MantineProvider } from '@mantine/core';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { ApiError } from '../api/errors';
import { Panel } from './Panel';
import { QueryState } from './States';

const FAULT = new ApiError(503, 'UNAVAILABLE', 'The database is away.', 'trace-7');

function shown(query: { data?: string | undefined; error?: Error | null; isPending?: boolean }, retry = vi.fn()) {
  render(
    <MantineProvider env="test" withCssVariables={false}>
      <QueryState query={{ data: undefined, error: null, isPending: false, ...query, refetch: retry }}>{(data: string) => <p>{data}</p>}</QueryState>
    </MantineProvider>,
  );
  return retry;
}

it('says what failed, under which trace id, and tries again', async () => {
  const retry = shown({ error: FAULT });
  expect(screen.getByRole('alert')).toHaveTextContent('The database is away.');
  expect(screen.getByText('trace-7')).toBeInTheDocument();
  await userEvent.setup().click(screen.getByRole('button', { name: 'Try again' }));
  expect(retry).toHaveBeenCalledOnce();
});

it('keeps what was there when asking again failed', () => {
  shown({ data: 'the old list', error: FAULT });
  expect(screen.getByText('the old list')).toBeInTheDocument();
  expect(screen.getByText('This may be out of date')).toBeInTheDocument();
});

it('is busy while it waits', () => {
  shown({ isPending: true });
  expect(document.querySelector('[aria-busy="true"]')).not.toBeNull();
});

it('a part that breaks leaves the others at work', () => {
  const Broken = () => {
    throw new Error('A figure was not there.');
  };
  const silence = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  render(
    <MantineProvider env="test" withCssVariables={false}>
      <Panel title="Broken">
        <Broken />
      </Panel>
      <Panel title="Whole">all is well</Panel>
    </MantineProvider>,
  );
  silence.mockRestore();
  expect(screen.getByRole('alert')).toHaveTextContent('A figure was not there.');
  expect(screen.getByText('all is well')).toBeInTheDocument();
});
