// The pages that share an entry of the navigation, on top of each of them.
import { NavLink } from 'react-router';
import { SITE, type SitePage } from '../site';
import classes from './GroupNav.module.css';
import { useLinkTo } from './usePlace';

export function GroupNav({ group }: { group: NonNullable<SitePage['group']> }) {
  const linkTo = useLinkTo();
  return (
    <nav className={classes.nav} aria-label={`${group} pages`}>
      {SITE.filter((page) => page.group === group).map((page) => (
        <NavLink key={page.to} to={linkTo(page.to)} className={classes.link ?? ''}>
          {page.label}
        </NavLink>
      ))}
    </nav>
  );
}
