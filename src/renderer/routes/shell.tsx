import { IconArrowRight, IconSearch } from '@tabler/icons-react';
import { useIsFetching } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Link, Navigate, NavLink, Outlet, useLocation } from 'react-router';
import { inDesktop } from '../api.ts';
import { rescueFocus } from '../ui/rescue-focus.ts';
import { ThemeToggle } from '../ui/theme-toggle.tsx';
import { Account } from './account.tsx';
import { DropFiles } from './drop-files.tsx';
import { GatewayPill } from './gateway-pill.tsx';
import { InstanceLabel } from './instance-label.tsx';
import { LostServer } from './lost-server.tsx';
import { paths } from './paths.ts';
import { ReviewBanner } from './review-banner.tsx';
import { screens } from './screens.ts';
import { openSearch, Search } from './search.tsx';
import classes from './shell.module.css';
import { TestRequestModal } from './test-request.tsx';
import { useReviewedFiles } from './use-review.ts';
import { useWelcome } from './use-welcome.ts';

const onMac = navigator.platform.startsWith('Mac');

/** The window around every screen: instance, trail, gateway, search, theme, and the tabs. */
export function Shell() {
  useWelcome();
  const main = useRef<HTMLElement>(null);
  const busy = useIsFetching() > 0;
  const { pathname } = useLocation();
  const tabs = useRef<HTMLElement>(null);
  // Where the tabs do not fit side by side, the current one is in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: with the path the current tab changes
  useEffect(() => {
    tabs.current
      ?.querySelector('[aria-current="page"]')
      ?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname]);
  const section = pathname.split('/')[1];
  const shown = useRef(section);
  // A link that led to another screen went away with its own.
  useEffect(() => {
    if (shown.current !== section) rescueFocus();
    shown.current = section;
  }, [section]);
  const reviewed = useReviewedFiles();
  // Which it is, is there at once; what must not be there for a moment is a screen that asks an instance.
  if (reviewed === undefined) return null;
  const isReview = reviewed !== null;
  const tabsShown = isReview ? screens.filter(({ ofReview }) => ofReview) : screens;
  if (isReview && !tabsShown.some(({ path }) => pathname.startsWith(path)))
    return <Navigate replace to={paths.logs()} />;
  const here = screens.find(({ path }) => pathname.startsWith(path))?.label;
  return (
    <div className={classes.shell}>
      <title>{here === undefined ? 'Gatehouse' : `${here} · Gatehouse`}</title>
      {/* Not an anchor: the hash is the route. */}
      <button type="button" className={classes.skip} onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <header className={classes.top}>
        <InstanceLabel />
        <nav aria-label="You are here">
          <ol className={classes.trail}>
            <li>
              Admin Dashboard <IconArrowRight size={12} aria-hidden />
            </li>
            <li>
              System Configuration <IconArrowRight size={12} aria-hidden />
            </li>
            <li>
              <Link to={isReview ? paths.logs() : paths.tokens()}>API Settings</Link>
            </li>
          </ol>
        </nav>
        <div className={classes.space} />
        {!isReview && (
          <>
            <GatewayPill />
            <button type="button" className={classes.search} onClick={openSearch}>
              <IconSearch size={14} aria-hidden />
              <span className={classes.searchWord}>Search</span>
              <kbd>{onMac ? '⌘K' : 'Ctrl K'}</kbd>
            </button>
          </>
        )}
        <ThemeToggle />
        {!isReview && <Account />}
      </header>
      <nav ref={tabs} className={classes.tabs} aria-label="API Settings">
        {tabsShown.map(({ path, label, icon: Icon }) => (
          <span key={path} style={{ display: 'contents' }}>
            {label === 'Audit' && <span className={classes.divider} aria-hidden />}
            <NavLink to={path} className={classes.tab ?? ''}>
              <Icon size={15} stroke={1.75} aria-hidden />
              <span data-text={label}>{label}</span>
            </NavLink>
          </span>
        ))}
      </nav>
      {isReview ? <ReviewBanner /> : <LostServer />}
      <main ref={main} className={classes.main} tabIndex={-1} aria-busy={busy} key={section}>
        <Outlet />
      </main>
      {!isReview && (
        <>
          <TestRequestModal />
          <Search />
        </>
      )}
      {inDesktop && <DropFiles />}
    </div>
  );
}
