import { Stack } from '@mantine/core';
import { NavLink, useParams } from 'react-router';
import { inDesktop } from '../../api.ts';
import { paths } from '../../routes/paths.ts';
import { Page, PageHeader } from '../../ui/page.tsx';
import { AboutSection } from './about-section.tsx';
import { AdminsSection } from './admins/admins-section.tsx';
import { ConnectionsSection } from './connections-section.tsx';
import { GatewaySection } from './gateway-section.tsx';
import { PlacesSection } from './places-section.tsx';
import { RetentionSection } from './retention-section.tsx';
import classes from './settings.module.css';
import { TokenPolicySection } from './token-policy-section.tsx';
import { UpstreamSection } from './upstream-section.tsx';
import { UsersSection } from './users-section.tsx';

const GatewayAndUpstream = () => (
  <Stack>
    <GatewaySection />
    <UpstreamSection />
  </Stack>
);

const usersSection = { section: 'directory', label: 'Users', Section: UsersSection } as const;

const sections = [
  ...(inDesktop
    ? [{ section: 'connections', label: 'Connections', Section: ConnectionsSection } as const]
    : []),
  usersSection,
  { section: 'places', label: 'Units, locations, groups', Section: PlacesSection },
  { section: 'tokens', label: 'Token policy', Section: TokenPolicySection },
  { section: 'gateway', label: 'Gateway', Section: GatewayAndUpstream },
  { section: 'retention', label: 'Retention', Section: RetentionSection },
  { section: 'admins', label: 'Admins', Section: AdminsSection },
  { section: 'about', label: 'About', Section: AboutSection },
] as const;

/** Settings: the directory that tokens refer to, the gateway, and what this instance is. */
export function SettingsScreen() {
  const params = useParams();
  const current = sections.find(({ section }) => section === params.section) ?? usersSection;
  return (
    <Page>
      <PageHeader title="Settings" />
      <div className={classes.columns}>
        <nav className={classes.sections} aria-label="Settings">
          {sections.map(({ section, label }) => (
            <NavLink
              key={section}
              to={paths.settings(section)}
              className={`${classes.section} ${section === current.section ? classes.current : ''}`}
            >
              {label}
            </NavLink>
          ))}
        </nav>
        <div className={classes.body}>
          <current.Section />
        </div>
      </div>
    </Page>
  );
}
