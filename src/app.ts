import { tokenRefusals } from './auth/errors.ts';
import { passwordRoutes } from './auth/password-routes.ts';
import { authRoutes } from './auth/routes.ts';
import { bookingRoutes } from './bookings/routes.ts';
import { checkoutRoutes } from './checkout/routes.ts';
import { checkInRoutes } from './checkins/routes.ts';
import { customerRoutes } from './customers/routes.ts';
import { endpointGroup } from './start/endpoint-groups.ts';
import { drainMs } from './start/stopping.ts';
import { movieRoutes } from './movies/routes.ts';
import { drainOnClose } from './platform/http/drain.ts';
import { createEdge, guardEdge } from './platform/http/edge.ts';
import { createFastPath } from './platform/http/fast-path.ts';
import { createObserver, observeRoutes } from './platform/metrics/observe-requests.ts';
import { metricsRoute } from './platform/metrics/metrics-route.ts';
import { apiPages } from './platform/pages/docs.ts';
import { describeApi } from './platform/pages/describe-api.ts';
import { healthRoutes } from './platform/pages/health-routes.ts';
import { pictureRoutes } from './platform/stores/local-store.ts';
import { createServer } from './platform/http/server.ts';
import { reportRoutes } from './reports/routes.ts';
import { showRoutes } from './shows/routes.ts';
import { ticketRoutes } from './tickets/routes.ts';
import { walletRoutes } from './wallet/routes.ts';
import { API_PREFIX, APP_PATH, webRoutes } from './web/routes.ts';
import type { App, Identify } from './platform/http/http.ts';
import type { Dependencies } from './start/dependencies.ts';

/** The whole HTTP interface, a line a feature. */
export async function createApp(needs: Dependencies): Promise<App> {
  const { config, sessions, log, faults } = needs;
  const edge = createEdge(config);
  const observer = createObserver(needs.metrics.http, { log, faults, groupOf: endpointGroup });
  const identify: Identify = (authorization) => sessions.identify(authorization);
  const openPrefix = config.web.isOn ? API_PREFIX : undefined;
  const fastPath = createFastPath({ identify, edge, observe: observer.observe });
  const app = createServer({ ...config, logger: log, faults, identify, fastPath, edge, openPrefix });
  drainOnClose(app, () => observer.answering(), drainMs(config));
  observeRoutes(app, observer);
  guardEdge(app, edge);
  await describeApi(app, { publicUrl: needs.publicUrl, signedOut: tokenRefusals() });

  healthRoutes(app, {
    ...needs,
    production: config.production,
    ...(config.web.isOn && { appPath: APP_PATH }),
  });
  authRoutes(app, needs);
  passwordRoutes(app, needs);
  customerRoutes(app, needs);
  movieRoutes(app, needs);
  showRoutes(app, needs);
  walletRoutes(app, needs);
  bookingRoutes(app, needs);
  checkoutRoutes(app, { ...needs, onRelease: () => needs.monitor.look() });
  ticketRoutes(app, needs);
  checkInRoutes(app, needs);
  reportRoutes(app, needs);
  if (needs.localStore) pictureRoutes(app, { store: needs.localStore });
  if (config.metricsPort === undefined) metricsRoute(app, needs);
  if (config.web.isOn) webRoutes(app, { ...config, ...config.web });
  apiPages(app);
  return app;
}
