/** What floats over the page: menus, lists, popovers. */
export const floating =
  'z-50 overflow-hidden rounded-lg border border-line-strong bg-raised text-sm text-text shadow-overlay motion-safe:animate-pop-in';

/** One line of a menu or a list of choices. */
export const menuItem =
  'touch-target relative flex min-h-7.5 w-full cursor-default select-none items-center gap-2 rounded-sm px-2 py-1 text-left text-sm outline-none data-highlighted:bg-hover data-[selected=true]:bg-hover [&_svg]:size-4 [&_svg]:shrink-0';
