// A setting: changed with what was seen of it, its history shown, and rolled back.
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { show } from '../../test/render';
import { answers, refusal, success } from '../../test/server';
import type { Setting } from '../../api/types';
import { SettingDialog } from './SettingDialog';

const SETTING: Setting = {
  key: 'risk.max_open_orders',
  group: 'risk',
  type: 'int',
  value: 500,
  default: 10000,
  source: 'revision',
  unit: 'orders',
  why: 'Open orders of an account.',
  minimum: 1,
  maximum: 100000,
  choices: null,
  variable: null,
  revision: 2,
  changed_at: '2026-01-01T00:00:00.000Z',
  changed_by: 'default@127.0.0.1',
  reason: 'Too many.',
  fault: null,
};

const revision = (number: number, from: number, to: number) => ({ revision: number, key: SETTING.key, action: 'set', old_value: from, new_value: to, is_default: false, author: 'me', reason: '', time: '2026-01-01T00:00:00.000Z', trace_id: 't' });
const HISTORY = '/api/v1/config/risk.max_open_orders/history/';

it('is set with the revision that was seen', async () => {
  let body: unknown = null;
  answers('get', HISTORY, () => success({ items: [revision(2, 700, 500), revision(1, 10000, 700)], next_cursor: null }));
  answers('put', '/api/v1/config/risk.max_open_orders/', async (request) => {
    body = await request.json();
    return success({ ...SETTING, value: 600, revision: 3 });
  });
  show(<SettingDialog setting={SETTING} onClose={() => undefined} />);
  const user = userEvent.setup();
  const field = await screen.findByRole('textbox', { name: 'Value, orders' });
  await user.clear(field);
  await user.type(field, '600');
  await user.type(screen.getByRole('textbox', { name: 'Why' }), 'Calm again.');
  await user.click(screen.getByRole('button', { name: 'Set risk.max_open_orders' }));
  await waitFor(() => expect(body).toEqual({ value: 600, reason: 'Calm again.', revision: 2 }));
});

it('is rolled back to a revision of its history', async () => {
  let body: unknown = null;
  answers('get', HISTORY, () => success({ items: [revision(2, 700, 500), revision(1, 10000, 700)], next_cursor: null }));
  answers('post', '/api/v1/config/risk.max_open_orders/rollback/', async (request) => {
    body = await request.json();
    return success({ ...SETTING, value: 700, revision: 3 });
  });
  show(<SettingDialog setting={SETTING} onClose={() => undefined} />);
  expect(await screen.findByText('10000 → 700')).toBeInTheDocument();
  await userEvent.setup().click(screen.getByRole('button', { name: 'Roll back to revision 1' }));
  await waitFor(() => expect(body).toEqual({ revision: 1, reason: '' }));
});

it('says that somebody else changed it meanwhile', async () => {
  answers('get', HISTORY, () => success({ items: [], next_cursor: null }));
  answers('put', '/api/v1/config/risk.max_open_orders/', () => refusal(409, 'CONFIG_CHANGED', 'It has changed since you looked.', { value: 300 }));
  show(<SettingDialog setting={SETTING} onClose={() => undefined} />);
  const user = userEvent.setup();
  await user.type(await screen.findByRole('textbox', { name: 'Value, orders' }), '0');
  await user.click(screen.getByRole('button', { name: 'Set risk.max_open_orders' }));
  expect(await screen.findByText('It has changed since you looked.')).toBeInTheDocument();
});
