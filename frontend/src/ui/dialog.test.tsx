// A dialog that is fetched when it is asked for: it comes, late or at the second try, it gives the focus back, it fails by itself.
import { fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Component, type ComponentType, type ReactNode, useState } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import { show } from '../test/render';
import { dialogOf } from './dialog';

interface Props {
  onClose: () => void;
}

function Question({ onClose }: Props) {
  return (
    <button type="button" onClick={onClose}>
      No
    </button>
  );
}

function Broken(): never {
  throw new Error('It is broken.');
}

function PageWith({ part: Part }: { part: ComponentType<Props> }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <input aria-label="Typed" />
      <button type="button" onClick={() => setOpen(true)}>
        Ask
      </button>
      {isOpen ? <Part onClose={() => setOpen(false)} /> : null}
    </>
  );
}

/** As the router's own: in place of the whole page. */
class Whole extends Component<{ children: ReactNode }, { text: string }> {
  override state = { text: '' };

  static getDerivedStateFromError(fault: Error) {
    return { text: `The page failed: ${fault.message}` };
  }

  override render() {
    return this.state.text || this.props.children;
  }
}

afterEach(() => vi.restoreAllMocks());

it('fetches a dialog when it is asked for, and once, and gives the focus back', async () => {
  const load = vi.fn(() => Promise.resolve({ default: Question }));
  show(<PageWith part={dialogOf(load)} />);
  expect(load).not.toHaveBeenCalled();
  const user = userEvent.setup();
  for (const _ of [1, 2]) {
    await user.click(screen.getByRole('button', { name: 'Ask' }));
    await user.click(await screen.findByRole('button', { name: 'No' }));
    expect(screen.queryByRole('button', { name: 'No' })).toBeNull();
    expect(screen.getByRole('button', { name: 'Ask' })).toHaveFocus();
  }
  expect(load).toHaveBeenCalledTimes(1);
});

it('leaves the focus where somebody put it meanwhile', async () => {
  show(<PageWith part={dialogOf(() => Promise.resolve({ default: Question }))} />);
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Ask' }));
  const no = await screen.findByRole('button', { name: 'No' });
  screen.getByRole('textbox', { name: 'Typed' }).focus();
  fireEvent.click(no); // which, unlike a person's click, leaves the focus alone
  expect(screen.queryByRole('button', { name: 'No' })).toBeNull();
  expect(screen.getByRole('textbox', { name: 'Typed' })).toHaveFocus();
});

it('says that it is on its way when that takes long', async () => {
  let arrive: (dialog: { default: ComponentType<Props> }) => void = () => undefined;
  show(<PageWith part={dialogOf<Props>(() => new Promise((resolve) => (arrive = resolve)))} />);
  await userEvent.setup().click(screen.getByRole('button', { name: 'Ask' }));
  expect(await screen.findByText('Opening…')).toBeVisible();
  arrive({ default: Question });
  expect(await screen.findByRole('button', { name: 'No' })).toBeVisible();
  expect(screen.queryByText('Opening…')).toBeNull();
});

it('says that it did not come, leaves the page as it is, and fetches it again', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined); // React tells of every fault that a boundary holds
  const load = vi.fn(() => Promise.resolve({ default: Question }));
  load.mockRejectedValueOnce(new TypeError('Failed to fetch dynamically imported module'));
  show(
    <Whole>
      <PageWith part={dialogOf(load)} />
    </Whole>,
  );
  const user = userEvent.setup();
  await user.type(screen.getByRole('textbox', { name: 'Typed' }), 'half a word');
  await user.click(screen.getByRole('button', { name: 'Ask' }));
  expect(await screen.findByText('This could not be opened.')).toBeVisible();
  expect(screen.getByRole('textbox', { name: 'Typed' })).toHaveValue('half a word');
  await user.click(screen.getByRole('button', { name: 'Ask' }));
  expect(await screen.findByRole('button', { name: 'No' })).toBeVisible();
  expect(load).toHaveBeenCalledTimes(2);
});

it('leaves a dialog that fails by itself to the page', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  show(
    <Whole>
      <PageWith part={dialogOf<Props>(() => Promise.resolve({ default: Broken }))} />
    </Whole>,
  );
  await userEvent.setup().click(screen.getByRole('button', { name: 'Ask' }));
  expect(await screen.findByText('The page failed: It is broken.')).toBeVisible();
});
