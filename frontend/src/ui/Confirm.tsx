// A question before something that cannot be taken back; the dialog comes when the first one is asked.
import { dialogOf } from './dialog';

export const Confirm = dialogOf(() => import('./ConfirmDialog'));
