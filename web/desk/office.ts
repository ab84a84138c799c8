// Together, so that they and the desk's entry share one file, and not one for each pair of them.
export { ProgrammeDeskPage } from './programme/page.tsx';
export { RevenuePage } from './revenue/page.tsx';
