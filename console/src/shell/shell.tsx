import { AppShell, Burger, Button, Group, Kbd, NavLink, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { IconCommand, IconLogout, IconSearch } from '@tabler/icons-react'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect } from 'react'
import { signOut } from '../api/session.js'
import { FailurePanel } from '../parts/failure-panel.js'
import { ErrorBoundary } from '../parts/error-boundary.js'
import { useText } from '../text/text.js'
import { LiveMark } from './live-mark.js'
import { useSections } from './sections.js'
import styles from './shell.module.css'
import { useLetters } from './use-letters.js'
import { useSession } from './use-session.js'

const Palette = lazy(async () => ({ default: (await import('./palette.js')).Palette }))

/** What is around every page: where one can go, who one is, and whether what is seen is of now. */
export function Shell() {
  const text = useText()
  const session = useSession()
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const [isMenuOpen, menu] = useDisclosure(false)
  const [isPaletteOpen, palette] = useDisclosure(false)
  useHotkeys([['mod+K', palette.toggle]], [])
  const sections = useSections()
  useLetters(sections)
  // On a phone the menu is over the page.
  useEffect(() => menu.close(), [path])

  return (
    <AppShell
      padding={0}
      navbar={{ width: 224, breakpoint: 'sm', collapsed: { mobile: !isMenuOpen } }}
      header={{ height: { base: 52, sm: 0 } }}
      transitionDuration={120}
    >
      <a href="#content" className={styles.skip}>
        {text.shell.skip}
      </a>
      <AppShell.Header hiddenFrom="sm" className={styles.header}>
        <Group h="100%" px="sm" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger
              opened={isMenuOpen}
              onClick={menu.toggle}
              size="sm"
              aria-label={text.shell.menu}
              aria-expanded={isMenuOpen}
            />
            <Logo />
          </Group>
          <LiveMark />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={styles.navbar} aria-label={text.shell.menu}>
        <div className={styles.brand}>
          <Logo />
        </div>
        <UnstyledButton className={styles.search} onClick={palette.open} aria-haspopup="dialog">
          <IconSearch size={15} aria-hidden />
          <span className={styles.searchText}>{text.shell.commands}</span>
          <Kbd size="xs" visibleFrom="sm">
            {isMac ? <IconCommand size={10} aria-hidden /> : 'Ctrl '}K
          </Kbd>
        </UnstyledButton>
        <div className={styles.sections}>
          {sections.map(({ name, to, icon: IconOfIt }) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={text.shell.sections[name]}
              leftSection={<IconOfIt size={17} stroke={1.75} aria-hidden />}
              active={isAt(to, path)}
              aria-current={isAt(to, path) ? 'page' : undefined}
              className={styles.section}
            />
          ))}
        </div>
        <div className={styles.foot}>
          <div className={styles.desktopOnly}>
            <LiveMark />
          </div>
          <Text size="xs" c="dimmed" truncate title={text.shell.signedInAs(session.name)}>
            {session.name} · {text.shell.roles[session.role]}
          </Text>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            leftSection={<IconLogout size={14} aria-hidden />}
            onClick={() => void signOut()}
            className={styles.signOut}
          >
            {text.shell.signOut}
          </Button>
        </div>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={styles.main}>
        <ErrorBoundary key={path} fallback={(error, reset) => <FailurePanel error={error} onRetry={reset} />}>
          <Outlet />
        </ErrorBoundary>
      </AppShell.Main>
      {isPaletteOpen && (
        <Suspense>
          <Palette onClose={palette.close} />
        </Suspense>
      )}
    </AppShell>
  )
}

function isAt(section: string, path: string): boolean {
  return section === '/' ? path === '/' : path.startsWith(section)
}

const isMac = navigator.userAgent.includes('Mac')

function Logo() {
  return (
    <span className={styles.logo}>
      <img src="/bell.svg" alt="" width={22} height={22} />
      Carillon
    </span>
  )
}
