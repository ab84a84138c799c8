import type { ComponentChildren } from 'preact';
import { useLocation } from 'preact-iso/router';
import { text } from '../text/text.ts';

type MenuProps = {
  /** Address and name of each page. */
  links: readonly (readonly [string, string])[];
  /** Behind the links. */
  children?: ComponentChildren;
};

export function Menu({ links, children }: MenuProps) {
  const { path } = useLocation();
  return (
    <nav aria-label={text.menu}>
      <ul>
        {links.map(([href, name]) => (
          <li key={href}>
            <a href={href} aria-current={path === href.replace(/\/$/, '') ? 'page' : undefined}>
              {name}
            </a>
          </li>
        ))}
        {children}
      </ul>
    </nav>
  );
}
