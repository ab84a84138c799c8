type ShowChoice<Show> = {
  /** The shows of the day that have not begun. */
  open: readonly Show[];
  /** The show that was asked for, or that the counter began with; none at the first look. */
  wanted: number | undefined;
  /** Whose hall is on screen. */
  drawn: Show | undefined;
  /** A sale is under way, or its outcome is on screen. */
  isSelling: boolean;
};

/** The show whose hall is drawn, and whether it is another one than was wanted. A sale keeps its hall beyond the show's start. */
export function chooseShow<Show extends { id: number }>({
  open,
  wanted,
  drawn,
  isSelling,
}: ShowChoice<Show>) {
  const kept = isSelling ? drawn : undefined;
  const chosen = open.find(({ id }) => id === wanted) ?? kept ?? open[0];
  return { chosen, hasGone: wanted !== undefined && chosen !== undefined && chosen.id !== wanted };
}
