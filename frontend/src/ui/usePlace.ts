// Which account a page is about: the one in the address, else the one used last in this browser.
import { useCallback } from 'react';
import { type To, useLocation, useSearchParams } from 'react-router';
import { changeSettings, useSettings } from '../settings';

export function useAccountName(): string {
  const [search] = useSearchParams();
  const { account } = useSettings();
  return search.get('account') ?? account;
}

/** Put another account into the address, and remember it. */
export function useChooseAccount(): (account: string) => void {
  const [, setSearch] = useSearchParams();
  return useCallback(
    (account: string) => {
      changeSettings({ account });
      setSearch((search) => {
        search.set('account', account);
        return search;
      });
    },
    [setSearch],
  );
}

/** A place of ours that keeps the account of the present address. */
export function useLinkTo(): (pathname: string, search?: Record<string, string>) => To {
  const location = useLocation();
  return useCallback(
    (pathname: string, search: Record<string, string> = {}) => {
      const account = new URLSearchParams(location.search).get('account');
      const query = new URLSearchParams({ ...(account ? { account } : {}), ...search }).toString();
      return { pathname, search: query ? `?${query}` : '' };
    },
    [location.search],
  );
}
