import { forgetChoices } from '../hall/choice.ts';
import { WorkOver } from '../parts/work-over.tsx';
import { desk } from '../text/desk.ts';

/** Over the page of a desk whose session is over. What was being sold waits there for any admin. */
export function DeskOver() {
  return <WorkOver why={desk.over.why} leave={desk.over.leave} home="/app/desk/" onLeave={forgetChoices} />;
}
