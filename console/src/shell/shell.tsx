import { AppShell, Burger, Button, Group, Kbd, NavLink, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure, useHotkeys, useMediaQuery } from '@mantine/hooks'
import { IconCommand, IconLogout, IconSearch } from '@tabler/icons-react'
import { Link, Outlet, useMatches, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { FailurePanel } from '../parts/failure-panel.js'
import { ErrorBoundary } from '../parts/error-boundary.js'
import { NotAllowed } from '../parts/not-allowed.js'
import { signInLinkName } from '../../../src/domain/access.js'
import { useText } from '../text/text.js'
import { ConnectionNote } from './connection-note.js'
import { LiveMark } from './live-mark.js'
import { useSections } from './sections.js'
import styles from './shell.module.css'
import { useFocusHome } from './use-focus-home.js'
import { useLetters } from './use-letters.js'
import { useOneClick } from './use-one-click.js'
import { usePalette } from './use-palette.js'
import { useMay, useSession } from './use-session.js'
import { useSignOut } from './use-sign-out.js'

/** What is around every page: where one can go, who one is, and whether what is seen is of now. */
export function Shell() {
  const text = useText()
  const session = useSession()
  const who = session.name === signInLinkName ? text.activity.byLink : session.name
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const needs = useMatches({ select: (matches) => matches.at(-1)?.staticData.needs })
  const may = useMay()
  const leave = useSignOut()
  const [isMenuOpen, menu] = useDisclosure(false)
  const { open: openPalette, palette } = usePalette()
  const sections = useSections()
  useLetters(sections)
  useFocusHome()
  useOneClick()
  // On a phone the menu is over the page, which nobody sees or reaches meanwhile.
  const isPhone = useMediaQuery('(max-width: 47.99em)', undefined, { getInitialValueInEffect: false })
  const burger = useRef<HTMLButtonElement>(null)
  const main = useRef<HTMLElement>(null)
  useEffect(() => menu.close(), [path, isPhone])
  function leaveMenu(): void {
    if (!isMenuOpen) return
    menu.close()
    burger.current?.focus()
  }
  useHotkeys([['Escape', leaveMenu]], [])

  return (
    <AppShell
      padding={0}
      navbar={{ width: 224, breakpoint: 'sm', collapsed: { mobile: !isMenuOpen } }}
      header={{ height: { base: 52, sm: 0 } }}
      transitionDuration={120}
    >
      <a
        href="#content"
        className={styles.skip}
        onClick={(event) => {
          event.preventDefault()
          main.current?.focus()
        }}
      >
        {text.shell.skip}
      </a>
      <AppShell.Header hiddenFrom="sm" className={styles.header}>
        <Group h="100%" px="sm" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger
              ref={burger}
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
      <AppShell.Navbar className={styles.navbar} aria-label={text.shell.menu} inert={isPhone && !isMenuOpen}>
        <div className={styles.brand}>
          <Logo />
        </div>
        <UnstyledButton className={styles.search} onClick={openPalette} aria-haspopup="dialog">
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
          <Text size="xs" c="dimmed" truncate title={text.shell.signedInAs(who)}>
            {who} · {text.shell.roles[session.role]}
          </Text>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            leftSection={<IconLogout size={14} aria-hidden />}
            loading={leave.isPending}
            onClick={() => leave.mutate()}
            className={styles.signOut}
          >
            {text.shell.signOut}
          </Button>
        </div>
      </AppShell.Navbar>
      <AppShell.Main
        id="content"
        ref={main}
        tabIndex={-1}
        className={styles.main}
        inert={isPhone && isMenuOpen}
      >
        <ConnectionNote />
        <ErrorBoundary key={path} fallback={(error, reset) => <FailurePanel error={error} onRetry={reset} />}>
          {needs === undefined || may[needs] ? <Outlet /> : <NotAllowed needs={needs} />}
        </ErrorBoundary>
      </AppShell.Main>
      {palette}
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
