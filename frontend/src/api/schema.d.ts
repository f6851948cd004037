// Made by `npm run gen` out of the OpenAPI of the gateway. Not to be changed by hand.

export interface paths {
    "/api/v1/accounts/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List accounts, newest first
         * @description List accounts, newest first.
         */
        get: operations["accounts_list"];
        put?: never;
        /**
         * Open an account
         * @description Open an account.
         */
        post: operations["accounts_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One account
         * @description One account.
         */
        get: operations["accounts_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change name, fees, fill policy or margin terms; they hold for what happens from now on
         * @description Change name, fees, fill policy or margin terms; they hold for what happens from now on.
         */
        patch: operations["accounts_partial_update"];
        trace?: never;
    };
    "/api/v1/accounts/{id}/deposit/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put money in; it is told apart from profit
         * @description Put money in; it is told apart from profit.
         */
        post: operations["accounts_deposit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}/epochs/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The epochs of the account, the present one first; orders and fills of one are read with `?epoch=`
         * @description The epochs of the account, the present one first; orders and fills of one are read with `?epoch=`.
         */
        get: operations["accounts_epochs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}/fork/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open a copy of the account, as it stands now or stood after an entry of the journal
         * @description Open a copy of the account, as it stands now or stood after an entry of the journal.
         */
        post: operations["accounts_fork"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}/reset/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close the account's epoch and begin the next: open orders are canceled, positions and balances start anew
         * @description Close the account's epoch and begin the next: open orders are canceled, positions and balances start anew.
         */
        post: operations["accounts_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}/withdraw/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take money out, as much as is available: free of orders and of margin
         * @description Take money out, as much as is available: free of orders and of margin.
         */
        post: operations["accounts_withdraw"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The account's rules, newest first
         * @description The account's rules, newest first.
         */
        get: operations["alerts_list"];
        put?: never;
        /**
         * Make a rule. The secret of its webhook is in this answer alone
         * @description Make a rule. The secret of its webhook is in this answer alone.
         */
        post: operations["alerts_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One rule, and how far it has come
         * @description One rule, and how far it has come.
         */
        get: operations["alerts_retrieve"];
        /**
         * Replace a rule as a whole, and arm it anew. Another address of its webhook has another secret
         * @description Replace a rule as a whole, and arm it anew. Another address of its webhook has another secret.
         */
        put: operations["alerts_update"];
        post?: never;
        /**
         * Delete a rule; its events stay
         * @description Delete a rule; its events stay.
         */
        delete: operations["alerts_destroy"];
        options?: never;
        head?: never;
        /**
         * Change some of a rule. Another condition begins anew; `enabled: true` arms it
         * @description Change some of a rule. Another condition begins anew; `enabled: true` arms it.
         */
        patch: operations["alerts_partial_update"];
        trace?: never;
    };
    "/api/v1/alerts/{id}/test/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test message by every channel of a rule; its event tells what became of it
         * @description Send a test message by every channel of a rule; its event tells what became of it.
         */
        post: operations["alerts_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/events/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The account's events, newest first
         * @description The account's events, newest first.
         */
        get: operations["alerts_events_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/events/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One event, with what became of its deliveries
         * @description One event, with what became of its deliveries.
         */
        get: operations["alerts_events_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/events/{id}/acknowledge/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that it was seen. Who does so first is noted; again changes nothing
         * @description Say that it was seen. Who does so first is noted; again changes nothing.
         */
        post: operations["alerts_events_acknowledge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The account's analyses, newest first
         * @description The account's analyses, newest first.
         */
        get: operations["analytics_list"];
        put?: never;
        /**
         * Run an analysis
         * @description Carry out an analysis; the job's result has its `analysis_id`. What can be refused at once is.
         */
        post: operations["analytics_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One analysis: what was asked, its figures and the series of its picture
         * @description One analysis: what was asked, its figures and the series of its picture.
         */
        get: operations["analytics_retrieve"];
        put?: never;
        post?: never;
        /**
         * Delete an analysis
         * @description Delete an analysis.
         */
        delete: operations["analytics_destroy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Entries of the journal and of the audit's own table, newest first
         * @description Entries of the journal and of the audit's own table, newest first.
         *
         *     Where several gateways share a database, the tables of all of them are shown, and the journal of this one. So much
         *     is read for a page and no more: one may be short, or empty, and still have a next_cursor. What cannot be read, of a
         *     file that is damaged, is left out, and `message` says so.
         */
        get: operations["audit_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/export/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export entries
         * @description All wanted entries as a file, newest first; sent as they are read. One that breaks off is not whole.
         */
        get: operations["audit_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/verify/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Prove the chains
         * @description Go through every entry of every chain; names the first that was changed, removed or moved.
         */
        get: operations["audit_verify"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backtests/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The account's backtests, newest first
         * @description The account's backtests, newest first.
         */
        get: operations["backtests_list"];
        put?: never;
        /**
         * Run a backtest
         * @description Carry out a backtest; the job's result has its `backtest_id`. What can be refused at once is.
         */
        post: operations["backtests_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backtests/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One backtest: what was asked, and what came of it
         * @description One backtest: what was asked, and what came of it.
         */
        get: operations["backtests_retrieve"];
        put?: never;
        post?: never;
        /**
         * Delete a backtest. What was tried on its bars stays counted
         * @description Delete a backtest. What was tried on its bars stays counted.
         */
        delete: operations["backtests_destroy"];
        options?: never;
        head?: never;
        /**
         * Give it another name, or notes
         * @description Give it another name, or notes.
         */
        patch: operations["backtests_partial_update"];
        trace?: never;
    };
    "/api/v1/backtests/{id}/equity/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Equity and drawdown over time
         * @description Equity and drawdown over time.
         */
        get: operations["backtests_equity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backtests/{id}/orders/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every order with its reason, those that were refused among them, oldest first
         * @description Every order with its reason, those that were refused among them, oldest first.
         */
        get: operations["backtests_orders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backtests/{id}/parity/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where a session, a run or a rehearsal left this backtest: each difference by its kind, oldest first
         * @description Where a session, a run or a rehearsal left this backtest: each difference by its kind, oldest first.
         */
        get: operations["backtests_parity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backtests/{id}/trade-lines/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * From where to where its round trips went, to be drawn on a chart
         * @description From where to where its round trips went, to be drawn on a chart.
         */
        get: operations["backtests_trade_lines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backtests/{id}/trades/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Its round trips, oldest first
         * @description Its round trips, oldest first.
         */
        get: operations["backtests_trades"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backtests/monte-carlo/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Draw a backtest anew
         * @description What else might have come of a backtest: quantiles of return and drawdown, the probability of loss and ruin.
         */
        post: operations["backtests_monte_carlo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backtests/python-strategies/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The owner's strategies in Python, at most a hundred, with their parameters
         * @description The owner's strategies in Python, at most a hundred, with their parameters.
         */
        get: operations["backtests_python_strategies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backtests/sweeps/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The account's sweeps, newest first
         * @description The account's sweeps, newest first.
         */
        get: operations["backtests_sweeps_list"];
        put?: never;
        /**
         * Run a sweep
         * @description Try many combinations; the result has the best, how alone it stands, and how likely chance chose it.
         */
        post: operations["backtests_sweeps_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backtests/sweeps/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One sweep
         * @description One sweep.
         */
        get: operations["backtests_sweeps_retrieve"];
        put?: never;
        post?: never;
        /**
         * Delete a sweep. What it tried stays counted
         * @description Delete a sweep. What it tried stays counted.
         */
        delete: operations["backtests_sweeps_destroy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backtests/sweeps/{id}/combinations/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All that it tried with the figures of each, not the best alone
         * @description All that it tried with the figures of each, not the best alone.
         */
        get: operations["backtests_sweeps_combinations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backtests/walk-forward/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The account's walks forward, newest first
         * @description The account's walks forward, newest first.
         */
        get: operations["backtests_walk_forward_list"];
        put?: never;
        /**
         * Walk forward
         * @description Sweep every training window, and trade its best on the bars after it with the same money.
         */
        post: operations["backtests_walk_forward_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backtests/walk-forward/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One walk forward
         * @description One walk forward.
         */
        get: operations["backtests_walk_forward_retrieve"];
        put?: never;
        post?: never;
        /**
         * Delete a walk forward
         * @description Delete a walk forward.
         */
        delete: operations["backtests_walk_forward_destroy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/balances/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List balances; those of an epoch that ended are as they were at its end
         * @description List balances; those of an epoch that ended are as they were at its end.
         */
        get: operations["balances_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/config/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All settings by key, those of a group together
         * @description All settings by key, those of a group together.
         */
        get: operations["config_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/config/{key}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One setting; a key that is unknown is answered with the nearest one
         * @description One setting; a key that is unknown is answered with the nearest one.
         */
        get: operations["config_retrieve"];
        /**
         * Set a value as a new revision, in force with the answer. CONFIG_CHANGED when it has moved on from `revision`
         * @description Set a value as a new revision, in force with the answer. CONFIG_CHANGED when it has moved on from `revision`.
         */
        put: operations["config_update"];
        post?: never;
        /**
         * Back to the default, as a new revision
         * @description Back to the default, as a new revision.
         */
        delete: operations["config_destroy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/config/{key}/history/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The revisions of a setting, newest first
         * @description The revisions of a setting, newest first.
         */
        get: operations["config_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/config/{key}/rollback/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a setting be as it was after an earlier revision, as a new revision
         * @description Let a setting be as it was after an earlier revision, as a new revision.
         */
        post: operations["config_rollback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/corporate-actions/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Actions by symbol and day
         * @description Actions by symbol and day.
         */
        get: operations["corporate_actions_list"];
        put?: never;
        /**
         * Enter a split or a dividend; ACTION_EXISTS when the symbol has one of that kind on that day
         * @description Enter a split or a dividend; ACTION_EXISTS when the symbol has one of that kind on that day.
         */
        post: operations["corporate_actions_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/corporate-actions/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One action
         * @description One action.
         */
        get: operations["corporate_actions_retrieve"];
        put?: never;
        post?: never;
        /**
         * Delete an action; candles are then read without it
         * @description Delete an action; candles are then read without it.
         */
        delete: operations["corporate_actions_destroy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/corporate-actions/import/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import actions
         * @description Enter the actions of a CSV file, all or none. One of the same symbol, kind and day is replaced.
         */
        post: operations["corporate_actions_import_import_csv"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Data sets, newest first
         * @description Data sets, newest first.
         */
        get: operations["datasets_list"];
        put?: never;
        /**
         * Import a file
         * @description Import candles, trades or quotes; the job's result is the data set, of several symbols all their data sets.
         *
         *     What the head of the file shows to be unusable is refused at once.
         */
        post: operations["datasets_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One data set
         * @description One data set.
         */
        get: operations["datasets_retrieve"];
        put?: never;
        post?: never;
        /**
         * Delete a data set; DATASET_IN_USE while the feed replays it
         * @description Delete a data set; DATASET_IN_USE while the feed replays it.
         */
        delete: operations["datasets_destroy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{id}/quality/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Quality report
         * @description What was found when the data set was imported.
         */
        get: operations["datasets_quality"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{id}/repair/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Repair a data set
         * @description Make a new data set by the choices of the body; the old one stays. `dry_run`: only say what would come of it.
         */
        post: operations["datasets_repair"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/backfill/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Fetch past candles of an exchange
         * @description Fetch closed candles of an exchange, without keys; the job's result is the data set.
         */
        post: operations["datasets_backfill"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/preview/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The first rows of a file and the columns an import would take; nothing is kept
         * @description The first rows of a file and the columns an import would take; nothing is kept.
         */
        post: operations["datasets_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exchanges/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The price sources, with their state
         * @description The price sources, with their state.
         */
        get: operations["exchanges_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exchanges/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One price source
         * @description One price source.
         */
        get: operations["exchanges_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/expressions/validate/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Whether a text is an expression: its type, what it reads and needs; else the column of the error
         * @description Whether a text is an expression: its type, what it reads and needs; else the column of the error.
         */
        post: operations["expressions_validate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/factors/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The account's factors, newest first
         * @description The account's factors, newest first.
         */
        get: operations["factors_list"];
        put?: never;
        /**
         * Name an expression
         * @description Name an expression.
         */
        post: operations["factors_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/factors/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One factor
         * @description One factor.
         */
        get: operations["factors_retrieve"];
        put?: never;
        post?: never;
        /**
         * Forget a factor
         * @description Forget a factor.
         */
        delete: operations["factors_destroy"];
        options?: never;
        head?: never;
        /**
         * Change its name, expression, parameters or description
         * @description Change its name, expression, parameters or description.
         */
        patch: operations["factors_partial_update"];
        trace?: never;
    };
    "/api/v1/factors/compute/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Compute factors
         * @description Compute factors over many symbols; the job's result says what each looks like, `factors/values/{id}/` has them.
         */
        post: operations["factors_compute"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/factors/evaluate/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Judge a factor
         * @description Rank IC, quantiles, turnover, autocorrelation, coverage and whether it stays when later bars are cut off.
         */
        post: operations["factors_evaluate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/factors/operators/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every operator with its signature, what it means, how far it looks back and what it does with NaN
         * @description Every operator with its signature, what it means, how far it looks back and what it does with NaN.
         */
        get: operations["factors_operators"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/factors/sets/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The built-in sets with their expressions
         * @description The built-in sets with their expressions.
         */
        get: operations["factors_sets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/factors/values/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The values of a factor that this job has computed, bar by bar, in the order of its symbols
         * @description The values of a factor that this job has computed, bar by bar, in the order of its symbols.
         */
        get: operations["factors_values"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feed/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What feeds the markets, and how far it is
         * @description What feeds the markets, and how far it is.
         */
        get: operations["feed_retrieve"];
        /**
         * Choose the source or change the pace. Another source closes the markets that the present one feeds
         * @description Choose the source or change the pace. Another source closes the markets that the present one feeds.
         */
        put: operations["feed_update"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feed/scenarios/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The scenarios of the present source, newest first; ended ones too, as long as there is room
         * @description The scenarios of the present source, newest first; ended ones too, as long as there is room.
         */
        get: operations["feed_scenarios_list"];
        put?: never;
        /**
         * Put a scenario on. It runs by the market's clock and ends with the source
         * @description Put a scenario on. It runs by the market's clock and ends with the source.
         */
        post: operations["feed_scenarios_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feed/scenarios/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One scenario
         * @description One scenario.
         */
        get: operations["feed_scenarios_retrieve"];
        put?: never;
        post?: never;
        /**
         * End a scenario early; answers it as it stands. Its market goes back to the source's own prices by a jump
         * @description End a scenario early; answers it as it stands. Its market goes back to the source's own prices by a jump.
         */
        delete: operations["feed_scenarios_destroy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feed/seek/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Seek the feed
         * @description Go on at another time: the markets close and begin anew there. A replay goes both ways, the simulation ahead.
         */
        post: operations["feed_seek_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feed/step/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take steps of a paused feed; answers when they are done
         * @description Take steps of a paused feed; answers when they are done.
         */
        post: operations["feed_step"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fills/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List fills, newest first
         * @description List fills, newest first.
         */
        get: operations["fills_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Jobs, newest first
         * @description Jobs, newest first.
         */
        get: operations["jobs_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One job as it stands
         * @description One job as it stands.
         */
        get: operations["jobs_retrieve"];
        put?: never;
        post?: never;
        /**
         * Cancel a job; JOB_NOT_CANCELABLE when it has ended
         * @description Cancel a job; JOB_NOT_CANCELABLE when it has ended.
         */
        delete: operations["jobs_destroy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List keys, newest first, the ended ones too
         * @description List keys, newest first, the ended ones too.
         */
        get: operations["keys_list"];
        put?: never;
        /**
         * Make a key. Its token is in this answer alone: a repeat with the same Idempotency-Key makes another key
         * @description Make a key. Its token is in this answer alone: a repeat with the same Idempotency-Key makes another key.
         */
        post: operations["keys_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One key
         * @description One key.
         */
        get: operations["keys_retrieve"];
        put?: never;
        post?: never;
        /**
         * Revoke a key: it is refused from now on, and its sockets end. The key itself stays in the list
         * @description Revoke a key: it is refused from now on, and its sockets end. The key itself stays in the list.
         */
        delete: operations["keys_destroy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/markets/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The tickers of all instruments
         * @description The tickers of all instruments.
         */
        get: operations["markets_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/markets/{symbol}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One market: instrument, state and ticker
         * @description One market: instrument, state and ticker.
         */
        get: operations["markets_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/markets/{symbol}/calculate/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a quantity, a notional or everything up to a price would fill at, by the present book
         * @description What a quantity, a notional or everything up to a price would fill at, by the present book.
         */
        get: operations["markets_calculate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/markets/{symbol}/candles/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Candles, oldest first: of the feed, or of the symbol's data set while nothing feeds it
         * @description Candles, oldest first: of the feed, or of the symbol's data set while nothing feeds it.
         */
        get: operations["markets_candles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/markets/{symbol}/orderbook/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The order book
         * @description The order book.
         */
        get: operations["markets_orderbook"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/markets/{symbol}/series/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The stored candles of the symbol: each series with its span and the hash of its content
         * @description The stored candles of the symbol: each series with its span and the hash of its content.
         */
        get: operations["markets_series"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/markets/{symbol}/ticker/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Last price, best bid and ask, and the last 24 hours
         * @description Last price, best bid and ask, and the last 24 hours.
         */
        get: operations["markets_ticker"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/markets/{symbol}/trades/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The newest prints
         * @description The newest prints.
         */
        get: operations["markets_trades"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/order-lists/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List order lists, newest first; those that are executing unless `status` says otherwise
         * @description List order lists, newest first; those that are executing unless `status` says otherwise.
         */
        get: operations["order_lists_list"];
        put?: never;
        /**
         * Place an oco, an oto or a bracket: all of its orders or none. It is durable when this answers
         * @description Place an oco, an oto or a bracket: all of its orders or none. It is durable when this answers.
         */
        post: operations["order_lists_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/order-lists/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One order list with its orders
         * @description One order list with its orders.
         */
        get: operations["order_lists_retrieve"];
        put?: never;
        post?: never;
        /**
         * Cancel every order of a list that is still open
         * @description Cancel every order of a list that is still open.
         */
        delete: operations["order_lists_destroy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List orders, newest first; the open ones unless `status` says otherwise
         * @description List orders, newest first; the open ones unless `status` says otherwise.
         */
        get: operations["orders_list"];
        put?: never;
        /**
         * Place an order. It is durable when this answers
         * @description Place an order. It is durable when this answers.
         */
        post: operations["orders_create"];
        /**
         * Cancel every open order; answers those that were canceled
         * @description Cancel every open order; answers those that were canceled.
         */
        delete: operations["orders_destroy_all"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One order
         * @description One order.
         */
        get: operations["orders_retrieve"];
        put?: never;
        post?: never;
        /**
         * Cancel an order
         * @description Cancel an order.
         */
        delete: operations["orders_destroy"];
        options?: never;
        head?: never;
        /**
         * Change quantity or prices of an open order; it keeps its id, and its place when only the quantity shrinks
         * @description Change quantity or prices of an open order; it keeps its id, and its place when only the quantity shrinks.
         */
        patch: operations["orders_partial_update"];
        trace?: never;
    };
    "/api/v1/orders/{id}/explain/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why the order filled as it did, or did not: its life in words and numbers, of ended orders too
         * @description Why the order filled as it did, or did not: its life in words and numbers, of ended orders too.
         */
        get: operations["orders_explain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/batch/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Place up to 100 orders. Each has an answer of its own; all of them are durable when this answers
         * @description Place up to 100 orders. Each has an answer of its own; all of them are durable when this answers.
         */
        post: operations["orders_batch_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/cancel-after/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * When the account's orders are canceled unless the switch is renewed
         * @description When the account's orders are canceled unless the switch is renewed.
         */
        get: operations["orders_cancel_after_retrieve"];
        put?: never;
        /**
         * Cancel every open order of the account in so many seconds, unless this is called again; 0 ends it
         * @description Cancel every open order of the account in so many seconds, unless this is called again; 0 ends it.
         */
        post: operations["orders_cancel_after_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/preview/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What the same order would do now: accepted or not, fills, fees, slippage, balances afterwards
         * @description What the same order would do now: accepted or not, fills, fees, slippage, balances afterwards.
         */
        post: operations["orders_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/portfolio/history/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Equity, profit and drawdown over time; deposits and withdrawals are told apart from profit
         * @description Equity, profit and drawdown over time; deposits and withdrawals are told apart from profit.
         */
        get: operations["portfolio_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/positions/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List open positions; those of an epoch that ended are as they were at its end
         * @description List open positions; those of an epoch that ended are as they were at its end.
         */
        get: operations["positions_list"];
        put?: never;
        post?: never;
        /**
         * Close every open position by a market order; answers the orders
         * @description Close every open position by a market order; answers the orders.
         */
        delete: operations["positions_destroy_all"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/positions/{symbol}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The position in one symbol; flat when there is none
         * @description The position in one symbol; flat when there is none.
         */
        get: operations["positions_retrieve"];
        put?: never;
        post?: never;
        /**
         * Close a position, or a part of it, by a market order; answers the order
         * @description Close a position, or a part of it, by a market order; answers the order.
         */
        delete: operations["positions_destroy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rehearsals/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The rehearsals that go on, newest first
         * @description The rehearsals that go on, newest first.
         */
        get: operations["rehearsals_list"];
        put?: never;
        /**
         * Begin one. Requests with `X-Rehearsal: ID` trade, read and direct the feed in it; nothing of it is durable
         * @description Begin one. Requests with `X-Rehearsal: ID` trade, read and direct the feed in it; nothing of it is durable.
         */
        post: operations["rehearsals_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rehearsals/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One rehearsal, and where its feed stands
         * @description One rehearsal, and where its feed stands.
         */
        get: operations["rehearsals_retrieve"];
        put?: never;
        post?: never;
        /**
         * End a rehearsal and everything in it; answers how it stood
         * @description End a rehearsal and everything in it; answers how it stood.
         */
        delete: operations["rehearsals_destroy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The account's reports, newest first
         * @description The account's reports, newest first.
         */
        get: operations["reports_list"];
        put?: never;
        /**
         * Make a report
         * @description Make a report; the job's result has its `report_id`. DATA_GONE: what it was to be made from was deleted.
         */
        post: operations["reports_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One report: what was asked, and which file came of it
         * @description One report: what was asked, and which file came of it.
         */
        get: operations["reports_retrieve"];
        put?: never;
        post?: never;
        /**
         * Delete a report and its file
         * @description Delete a report and its file.
         */
        delete: operations["reports_destroy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/{id}/download/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a report
         * @description The file, under a plain name.
         */
        get: operations["reports_download"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/schedules/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The account's schedules, newest first
         * @description The account's schedules, newest first.
         */
        get: operations["reports_schedules_list"];
        put?: never;
        /**
         * Have a report made again and again
         * @description Have a report made again and again.
         */
        post: operations["reports_schedules_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/schedules/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One schedule: when it is due next, and what came of it last
         * @description One schedule: when it is due next, and what came of it last.
         */
        get: operations["reports_schedules_retrieve"];
        put?: never;
        post?: never;
        /**
         * Make no more of them; the reports that were made stay
         * @description Make no more of them; the reports that were made stay.
         */
        delete: operations["reports_schedules_destroy"];
        options?: never;
        head?: never;
        /**
         * Change when it is due, what span it covers, how many are kept, or switch it off and on
         * @description Change when it is due, what span it covers, how many are kept, or switch it off and on.
         */
        patch: operations["reports_schedules_partial_update"];
        trace?: never;
    };
    "/api/v1/risk/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * States, exposure, use of each limit, value at risk and expected shortfall
         * @description States, exposure, use of each limit, value at risk and expected shortfall.
         */
        get: operations["risk_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/risk/halt/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop trading of the account, or with `scope: all` of every account, or let it only reduce positions
         * @description Stop trading of the account, or with `scope: all` of every account, or let it only reduce positions.
         */
        post: operations["risk_halt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/risk/limits/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The account's own limits, and those in force
         * @description The account's own limits, and those in force.
         */
        get: operations["risk_limits"];
        /**
         * Replace the whole set of the account's own limits
         * @description Replace the whole set of the account's own limits.
         */
        put: operations["risk_limits_put_limits"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/risk/resume/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let the account, or with `scope: all` every account, trade again. Its losses count from the present equity
         * @description Let the account, or with `scope: all` every account, trade again. Its losses count from the present equity.
         */
        post: operations["risk_resume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/strategies/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The account's strategies, newest first
         * @description The account's strategies, newest first.
         */
        get: operations["strategies_list"];
        put?: never;
        /**
         * Keep a strategy: from a template, or with rules of its own
         * @description Keep a strategy: from a template, or with rules of its own.
         */
        post: operations["strategies_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/strategies/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One strategy with its newest version and the runs that go on
         * @description One strategy with its newest version and the runs that go on.
         */
        get: operations["strategies_retrieve"];
        put?: never;
        post?: never;
        /**
         * Delete a strategy that does not run, with its runs and signals; the journal keeps their orders
         * @description Delete a strategy that does not run, with its runs and signals; the journal keeps their orders.
         */
        delete: operations["strategies_destroy"];
        options?: never;
        head?: never;
        /**
         * Change it. Anything of the spec makes a new version; runs that go on keep theirs
         * @description Change it. Anything of the spec makes a new version; runs that go on keep theirs.
         */
        patch: operations["strategies_partial_update"];
        trace?: never;
    };
    "/api/v1/strategies/{id}/performance/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How a run is doing: money, positions and round trips
         * @description How a run is doing: money, positions and round trips.
         */
        get: operations["strategies_performance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/strategies/{id}/rehearsals/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The rehearsals of a strategy, newest first
         * @description The rehearsals of a strategy, newest first.
         */
        get: operations["strategies_rehearsals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/strategies/{id}/rehearse/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Play data sets through at full speed and trade them, in a market of its own; what came of it stays
         * @description Play data sets through at full speed and trade them, in a market of its own; what came of it stays.
         */
        post: operations["strategies_rehearse"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/strategies/{id}/runs/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The runs of a strategy, newest first; with X-Rehearsal those of the rehearsal
         * @description The runs of a strategy, newest first; with X-Rehearsal those of the rehearsal.
         */
        get: operations["strategies_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/strategies/{id}/signals/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What its runs said, with the values that made it, and what came of it: ordered, refused and why, or nothing
         * @description What its runs said, with the values that made it, and what came of it: ordered, refused and why, or nothing.
         */
        get: operations["strategies_signals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/strategies/{id}/start/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a run. It acts on bars that close from now on; with X-Rehearsal on those of the rehearsal
         * @description Start a run. It acts on bars that close from now on; with X-Rehearsal on those of the rehearsal.
         */
        post: operations["strategies_start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/strategies/{id}/stop/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop a run, or all of the strategy; answers them as they ended
         * @description Stop a run, or all of the strategy; answers them as they ended.
         */
        post: operations["strategies_stop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/strategies/{id}/versions/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The versions of a strategy, newest first
         * @description The versions of a strategy, newest first.
         */
        get: operations["strategies_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/strategies/rehearsals/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One: how far it has come, or what came of it
         * @description One: how far it has come, or what came of it.
         */
        get: operations["strategies_rehearsals_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/strategies/rehearsals/{id}/cancel/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End one that goes on; what it did until then is kept
         * @description End one that goes on; what it did until then is kept.
         */
        post: operations["strategies_rehearsals_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/strategies/rehearsals/{id}/orders/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What its orders did, oldest first, and which were refused; none while it goes on
         * @description What its orders did, oldest first, and which were refused; none while it goes on.
         */
        get: operations["strategies_rehearsals_orders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/strategies/templates/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Strategies to begin with
         * @description Strategies to begin with.
         */
        get: operations["strategies_templates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/symbols/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All instruments
         * @description All instruments.
         */
        get: operations["symbols_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/symbols/{symbol}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One instrument
         * @description One instrument.
         */
        get: operations["symbols_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/system/info/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Versions, process, disk and configuration
         * @description Versions, process, disk and configuration.
         */
        get: operations["system_info"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/system/logs/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The last log lines in memory, newest first; the stream channel `logs` has them as they come
         * @description The last log lines in memory, newest first; the stream channel `logs` has them as they come.
         */
        get: operations["system_logs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/system/services/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every part's state; they are few, so this is always the whole of them
         * @description Every part's state; they are few, so this is always the whole of them.
         */
        get: operations["system_services_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/system/services/{name}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One part's state
         * @description One part's state.
         */
        get: operations["system_services_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/system/services/{name}/restart/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restart one part, where that makes sense
         * @description Restart one part, where that makes sense.
         */
        post: operations["system_services_restart"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/system/time/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The server's time and the main market's
         * @description The server's time and the main market's.
         */
        get: operations["system_time"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All health checks
         * @description Every check with its detail; 503 with the same under `details` when a required one failed.
         */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the process answers
         * @description The event loop runs and requests get through; says nothing about anything behind it.
         */
        get: operations["healthz_alive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/livez/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the process answers
         * @description The event loop runs and requests get through; says nothing about anything behind it.
         */
        get: operations["livez_alive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether to send requests here
         * @description 200 once everything that belongs to the server is started and no required check fails.
         *
         *     Why not is told where authentication is off; where it is on, `/health` tells it to who has a key.
         */
        get: operations["readyz_ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description Other terms for an account; what is left out stays.
         * @example {
         *       "name": "Breakouts, slower",
         *       "fees": {
         *         "maker_bps": 1,
         *         "taker_bps": 4
         *       }
         *     }
         */
        AccountChangeInRequest: {
            /** @description Margin accounts only; default 1. */
            leverage?: number | null;
            /** @description Symbol to its own leverage; replaces all of them. */
            leverage_by_symbol?: {
                [key: string]: number;
            } | null;
            /** Format: double */
            liquidation_fee_bps?: number | null;
            /**
             * Format: double
             * @description A year, on borrowed money; charged at 00:00, 08:00 and 16:00 UTC of the market's clock.
             */
            interest_percent?: number | null;
            /**
             * Format: double
             * @description A year, on the worth of what is sold short; charged at the same times.
             */
            borrow_percent?: number | null;
            /**
             * Format: double
             * @description What longs pay to shorts at each of these times; negative: shorts pay.
             */
            funding_percent?: number | null;
            name?: string | null;
            fees?: components["schemas"]["FeesInRequest"] | null;
            /** @description Margin accounts only. */
            allow_short?: boolean | null;
            allow_stale_prices?: boolean | null;
            /** @description How orders fill: one of ideal, realistic, pessimistic, binance-spot, alpaca-paper, or an object with numbers of its own, such as {"preset": "pessimistic", "slippage_ticks": 2}. */
            fill_policy?: unknown;
        };
        /**
         * @description A new account.
         * @example {
         *       "name": "Breakouts",
         *       "type": "cash",
         *       "base_currency": "USDT",
         *       "balances": {
         *         "USDT": "25000"
         *       }
         *     }
         */
        AccountInRequest: {
            /** @description Margin accounts only; default 1. */
            leverage?: number | null;
            /** @description Symbol to its own leverage; replaces all of them. */
            leverage_by_symbol?: {
                [key: string]: number;
            } | null;
            /** Format: double */
            liquidation_fee_bps?: number | null;
            /**
             * Format: double
             * @description A year, on borrowed money; charged at 00:00, 08:00 and 16:00 UTC of the market's clock.
             */
            interest_percent?: number | null;
            /**
             * Format: double
             * @description A year, on the worth of what is sold short; charged at the same times.
             */
            borrow_percent?: number | null;
            /**
             * Format: double
             * @description What longs pay to shorts at each of these times; negative: shorts pay.
             */
            funding_percent?: number | null;
            /** @description Made up when it is left out. */
            id?: string | null;
            name: string;
            /**
             * @default cash
             * @enum {string}
             */
            type: "cash" | "margin";
            /** @default USDT */
            base_currency: string;
            /** @description Asset to amount; left out: 100000 of the base currency. */
            balances?: {
                [key: string]: string;
            } | null;
            /**
             * @description Margin accounts only.
             * @default false
             */
            allow_short: boolean;
            /**
             * @description Orders may fill at the last price of a source that has fallen silent.
             * @default false
             */
            allow_stale_prices: boolean;
            fees?: components["schemas"]["FeesInRequest"] | null;
            /** @description How orders fill: one of ideal, realistic, pessimistic, binance-spot, alpaca-paper, or an object with numbers of its own, such as {"preset": "pessimistic", "slippage_ticks": 2}. */
            fill_policy?: unknown;
        };
        /** @description An account's own limits, those of the installation, and those that hold: its own before the installation's. */
        AccountLimitsOut: {
            account: string;
            own: components["schemas"]["RiskLimitsOut"];
            installation: components["schemas"]["RiskLimitsOut"];
            in_force: components["schemas"]["RiskLimitsOut"];
        };
        AccountLimitsOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["AccountLimitsOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description An account and what it is worth in its base currency. */
        AccountOut: {
            id: string;
            name: string;
            /** @enum {string} */
            type: "cash" | "margin";
            base_currency: string;
            /** @description All balances in the base currency, but those in `not_counted`. */
            equity: string;
            /** @description The part of equity that is money: the base currency, and what markets are quoted in. */
            cash: string;
            /** @description Available money in the base currency; free margin times the leverage. */
            buying_power: string;
            allow_short: boolean;
            allow_stale_prices: boolean;
            fill_policy: string;
            fees: components["schemas"]["FeesOut"];
            risk_state: string;
            /** Format: int64 */
            epoch: number;
            /** Format: date-time */
            created_at: string;
            /** @description Assets without a known rate to the base currency. */
            not_counted: string[];
            margin: components["schemas"]["MarginOut"] | null;
            /** @description All numbers of a custom policy; null for a preset, which its name tells. */
            fill_policy_numbers: {
                [key: string]: unknown;
            } | null;
        };
        AccountOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["AccountOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        AccountOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["AccountOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description A CSV file of splits and dividends. */
        ActionFileInRequest: {
            /**
             * Format: binary
             * @description UTF-8, first line: symbol,ex_date,kind,ratio,amount; up to 8 MiB.
             */
            file: string;
        };
        /**
         * @description A split with its ratio, or a dividend with its amount.
         * @example {
         *       "symbol": "AAPL-USD",
         *       "kind": "split",
         *       "ex_date": "2020-08-31",
         *       "ratio": "4:1"
         *     }
         */
        ActionInRequest: {
            symbol: string;
            /** @enum {string} */
            kind: "split" | "dividend";
            /** @description The first date, by the market's calendar, on which prices are without it. */
            ex_date: string;
            /** @description New shares for old: 4:1, 1:10 or 1.5. */
            ratio?: string | null;
            /** @description A share, in the quote's currency, as paid on the day. */
            amount?: string | null;
        };
        /** @description A split or a dividend. */
        ActionOut: {
            id: string;
            symbol: string;
            /** @enum {string} */
            kind: "split" | "dividend";
            /** @description A date, as 2020-08-31. */
            ex_date: string;
            /** @description New shares for old, as 4:1; null for a dividend. */
            ratio: string | null;
            /** @description A share; null for a split. */
            amount: string | null;
            /** Format: date-time */
            created_at: string;
        };
        ActionOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["ActionOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        ActionOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["ActionOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description What an import of actions did. */
        ActionsImportedOut: {
            /** Format: int64 */
            added: number;
            /**
             * Format: int64
             * @description Another one of the same symbol, kind and day was there.
             */
            replaced: number;
            /** Format: int64 */
            unchanged: number;
        };
        ActionsImportedOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["ActionsImportedOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /**
         * @description What of a rule is to change; what is left out or null stays. `enabled: true` arms it anew.
         * @example {
         *       "enabled": false
         *     }
         */
        AlertChangeInRequest: {
            name?: string | null;
            /** @enum {string|null} */
            severity?: "info" | "warning" | "critical" | null;
            condition?: components["schemas"]["AlertConditionInRequest"] | null;
            /** @enum {string|null} */
            repeat?: "once" | "every" | null;
            cool_down_seconds?: number | null;
            /** @description What the value must come back over before the rule may fire again; left out: the condition must have ended. */
            rearm_level?: string | null;
            enabled?: boolean | null;
            channels?: ("websocket" | "log" | "email" | "webhook")[] | null;
            email_to?: string[] | null;
            webhook_url?: string | null;
        };
        /** @description What a rule waits for; which fields there are depends on the kind. */
        AlertConditionInRequest: {
            /** @enum {string} */
            kind: "expression" | "account" | "occurrence";
            /** @description A condition of the expression language. */
            expression?: string | null;
            symbol?: string | null;
            /** @enum {string|null} */
            interval?: "1m" | "5m" | "15m" | "1h" | "4h" | "1d" | null;
            /** @enum {string|null} */
            fact?: "equity" | "drawdown_percent" | "day_profit" | "exposure" | "leverage" | null;
            /** @enum {string|null} */
            comparison?: "<" | "<=" | ">" | ">=" | null;
            value?: string | null;
            /** @enum {string|null} */
            occurrence?: "order_rejected" | "strategy_stopped" | "feed_stale" | "risk_state_changed" | null;
        };
        /** @description What a rule waits for; what does not belong to its kind is null. */
        AlertConditionOut: {
            /** @enum {string} */
            kind: "expression" | "account" | "occurrence";
            expression: string | null;
            symbol: string | null;
            interval: string | null;
            fact: string | null;
            comparison: string | null;
            value: string | null;
            occurrence: string | null;
        };
        /** @description One event of a rule. */
        AlertEventOut: {
            id: string;
            account: string;
            rule_id: string;
            rule_name: string;
            /** @enum {string} */
            severity: "info" | "warning" | "critical";
            /**
             * @description failed: the rule itself, which was switched off.
             * @enum {string}
             */
            kind: "fired" | "failed" | "test";
            text: string;
            /** @description What was compared, when it fired. */
            value: string | null;
            /**
             * Format: date-time
             * @description When the bar opened that it fired on.
             */
            bar_time: string | null;
            /** Format: date-time */
            market_time: string;
            /**
             * Format: date-time
             * @description By the machine's clock.
             */
            time: string;
            deliveries: components["schemas"]["DeliveryOut"][];
            /** Format: date-time */
            acknowledged_at: string | null;
            acknowledged_by: string | null;
        };
        AlertEventOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["AlertEventOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        AlertEventOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["AlertEventOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /**
         * @description A rule as a whole.
         * @example {
         *       "name": "Oversold",
         *       "severity": "warning",
         *       "condition": {
         *         "kind": "expression",
         *         "expression": "rsi(close, 14) < 30",
         *         "symbol": "BTC-USDT",
         *         "interval": "1m"
         *       },
         *       "repeat": "every",
         *       "cool_down_seconds": 3600,
         *       "rearm_level": "35"
         *     }
         */
        AlertInRequest: {
            name: string;
            /**
             * @default warning
             * @enum {string}
             */
            severity: "info" | "warning" | "critical";
            condition: components["schemas"]["AlertConditionInRequest"];
            /**
             * @default every
             * @enum {string}
             */
            repeat: "once" | "every";
            /**
             * @description By the market's clock.
             * @default 0
             */
            cool_down_seconds: number;
            /** @description What the value must come back over before the rule may fire again; left out: the condition must have ended. */
            rearm_level?: string | null;
            /** @default true */
            enabled: boolean;
            /** @description Beside websocket, which is always among them. */
            channels?: ("websocket" | "log" | "email" | "webhook")[];
            email_to?: string[];
            webhook_url?: string | null;
        };
        /** @description A rule and how far it has come. */
        AlertOut: {
            id: string;
            account: string;
            name: string;
            /** @enum {string} */
            severity: "info" | "warning" | "critical";
            condition: components["schemas"]["AlertConditionOut"];
            /** @enum {string} */
            repeat: "once" | "every";
            /** Format: int64 */
            cool_down_seconds: number;
            rearm_level: string | null;
            enabled: boolean;
            channels: ("websocket" | "log" | "email" | "webhook")[];
            email_to: string[];
            webhook_url: string | null;
            /**
             * @description failed: it was switched off, see `fault`.
             * @enum {string}
             */
            status: "armed" | "fired" | "cooling_down" | "off" | "failed";
            fault: string | null;
            /** @description What it needs before it can be evaluated. */
            waiting_for: string | null;
            /**
             * Format: int64
             * @description Bars its expression has seen.
             */
            history_bars: number | null;
            /**
             * Format: int64
             * @description Bars after which it no longer depends on where they begin.
             */
            warm_up_bars: number | null;
            /** Format: int64 */
            fired_count: number;
            /**
             * Format: date-time
             * @description By the market's clock.
             */
            fired_at: string | null;
            fired_value: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        AlertOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["AlertOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        AlertOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["AlertOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description The process answers. */
        Alive: {
            /** @enum {string} */
            status: "ok";
        };
        AliveAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["Alive"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /**
         * @description An analysis to carry out over symbols, or over data sets. Options stand under the name of the kind.
         * @example {
         *       "kind": "volatility",
         *       "symbols": [
         *         "BTC-USDT"
         *       ],
         *       "interval": "1h",
         *       "volatility": {
         *         "window": 24,
         *         "estimator": "yang_zhang"
         *       }
         *     }
         */
        AnalysisInRequest: {
            symbols?: string[] | null;
            datasets?: string[] | null;
            interval: string;
            /** @enum {string} */
            kind: "correlation" | "volatility" | "seasonality" | "drawdowns" | "cointegration" | "regime";
            name?: string | null;
            correlation?: components["schemas"]["CorrelationInRequest"] | null;
            volatility?: components["schemas"]["VolatilityInRequest"] | null;
            seasonality?: components["schemas"]["SeasonalityInRequest"] | null;
            drawdowns?: components["schemas"]["DrawdownsInRequest"] | null;
            cointegration?: components["schemas"]["CointegrationInRequest"] | null;
            regime?: components["schemas"]["RegimeInRequest"] | null;
            /**
             * Format: date-time
             * @description Bars that open from here on.
             */
            from?: string | null;
            /**
             * Format: date-time
             * @description Bars that open before.
             */
            to?: string | null;
        };
        /** @description An analysis: what came of it stands under the name of its kind, the other kinds are null. docs/analysis.md. */
        AnalysisOut: {
            id: string;
            /** @enum {string} */
            kind: "correlation" | "volatility" | "seasonality" | "drawdowns" | "cointegration" | "regime";
            name: string;
            symbols: string[];
            interval: string;
            /**
             * Format: int64
             * @description Of all symbols together.
             */
            bars: number;
            /** @description Of the bars of all symbols. */
            data_hash: string;
            /** Format: date-time */
            created_at: string;
            /** Format: int64 */
            engine: number;
            /** @description How the figures are to be read. */
            conventions: string[];
            correlation: components["schemas"]["CorrelationOut"] | null;
            volatility: components["schemas"]["VolatilityOut"] | null;
            seasonality: components["schemas"]["SeasonalityOut"] | null;
            drawdowns: components["schemas"]["DrawdownsOut"] | null;
            cointegration: components["schemas"]["CointegrationOut"] | null;
            regime: components["schemas"]["RegimeOut"] | null;
            data: components["schemas"]["DataUsedOut"][];
        };
        AnalysisOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["AnalysisOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description An analysis in a list. */
        AnalysisOutline: {
            id: string;
            /** @enum {string} */
            kind: "correlation" | "volatility" | "seasonality" | "drawdowns" | "cointegration" | "regime";
            name: string;
            symbols: string[];
            interval: string;
            /**
             * Format: int64
             * @description Of all symbols together.
             */
            bars: number;
            /** @description Of the bars of all symbols. */
            data_hash: string;
            /** Format: date-time */
            created_at: string;
        };
        AnalysisOutlinePageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["AnalysisOutline"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description So much of an asset. */
        AssetAmountOut: {
            asset: string;
            amount: string;
        };
        /**
         * @description One entry: of the journal (`source` journal: a command of trading, or a step of the market), or of the audit's own
         *     table (`audit`; `audit@NAME` of another gateway's). `hash` is its place in its source's chain.
         */
        AuditEntryOut: {
            id: string;
            source: string;
            /** Format: int64 */
            seq: number;
            /** Format: date-time */
            time: string;
            actor: string;
            action: string;
            account: string | null;
            objects: components["schemas"]["SubjectOut"][];
            trace_id: string;
            /** @enum {string} */
            result: "done" | "refused" | "failed";
            /**
             * Format: int64
             * @description The HTTP status of the answer; null where nobody kept it.
             */
            status: number | null;
            /** @description The error code of what was refused. */
            code: string | null;
            /** @description What was asked for, without secrets, cut when long. */
            input: unknown;
            before: unknown;
            after: unknown;
            /** @description Of the journal: its events. */
            detail: unknown;
            hash: string;
        };
        AuditEntryOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["AuditEntryOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /**
         * @description Past candles of an exchange to fetch.
         * @example {
         *       "symbol": "BTC-USDT",
         *       "interval": "1h",
         *       "from": "2026-01-01T00:00:00Z",
         *       "to": "2026-02-01T00:00:00Z"
         *     }
         */
        BackfillInRequest: {
            /** @description BASE-QUOTE, as the exchange lists it. */
            symbol: string;
            /**
             * @default 1m
             * @enum {string}
             */
            interval: "1m" | "5m" | "15m" | "1h" | "4h" | "1d";
            /** @description Any exchange of ccxt; that of MARKET_SOURCE, or binance. */
            exchange?: string | null;
            /**
             * Format: date-time
             * @description Candles that open at or after this time.
             */
            from: string;
            /**
             * Format: date-time
             * @description Candles that open before this time; by default those closed by now.
             */
            to?: string;
        };
        /**
         * @description What of a backtest can be changed.
         * @example {
         *       "name": "Trend, slower"
         *     }
         */
        BacktestChangeInRequest: {
            name?: string | null;
            notes?: string | null;
        };
        /** @description Fees in basis points. */
        BacktestFeesInRequest: {
            maker_bps?: string | null;
            taker_bps?: string | null;
        };
        /**
         * @description A backtest to carry out: over symbols, or over data sets.
         * @example {
         *       "symbols": [
         *         "BTC-USDT"
         *       ],
         *       "interval": "1h",
         *       "strategy": {
         *         "long_entry": "cross_above(sma(close, p.fast), sma(close, p.slow))",
         *         "long_exit": "cross_below(sma(close, p.fast), sma(close, p.slow))",
         *         "parameters": {
         *           "fast": 20,
         *           "slow": 50
         *         },
         *         "stop": {
         *           "kind": "percent",
         *           "percent": "2"
         *         }
         *       },
         *       "starting_cash": "10000"
         *     }
         */
        BacktestInRequest: {
            symbols?: string[] | null;
            datasets?: string[] | null;
            interval: string;
            name?: string | null;
            notes?: string | null;
            strategy?: components["schemas"]["StrategyInRequest"] | null;
            /** @description In place of a strategy: a program as strategies have it, such as a grid. Not in sweeps. */
            program?: unknown;
            fills?: components["schemas"]["FillRulesInRequest"] | null;
            fees?: components["schemas"]["BacktestFeesInRequest"] | null;
            limits?: components["schemas"]["LimitsInRequest"] | null;
            /** @description Of the quote asset; 100000 unless said. */
            starting_cash?: string | null;
            /** @default false */
            allow_short: boolean;
            /**
             * Format: int64
             * @default 1
             */
            leverage: number;
            /** @default false */
            close_at_end: boolean;
            /** Format: int64 */
            delisted_after_bars?: number | null;
            /**
             * Format: date-time
             * @description Bars that open from here on.
             */
            from?: string | null;
            /**
             * Format: date-time
             * @description Bars that open before.
             */
            to?: string | null;
        };
        /** @description An order of a backtest. */
        BacktestOrderOut: {
            symbol: string;
            /** @enum {string} */
            side: "buy" | "sell";
            /**
             * Format: date-time
             * @description The open of the bar it acted in.
             */
            time: string;
            /**
             * Format: date-time
             * @description The open of the bar that asked for it.
             */
            signal_time: string;
            quantity: string;
            filled_quantity: string;
            price: string | null;
            reason: string;
            status: string;
            is_entry: boolean;
            /** @enum {string} */
            liquidity: "maker" | "taker";
            is_ambiguous: boolean;
        };
        BacktestOrderOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["BacktestOrderOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description A backtest with what was asked and what came of it. */
        BacktestOut: {
            id: string;
            name: string;
            symbols: string[];
            interval: string;
            /** Format: date-time */
            created_at: string;
            /** @description Of the bars of all symbols. */
            data_hash: string;
            /** Format: double */
            total_return: number | null;
            /** Format: double */
            sharpe: number | null;
            /** Format: double */
            max_drawdown: number;
            /** Format: int64 */
            trades: number;
            /** Format: double */
            final_equity: number;
            python: components["schemas"]["PythonSourceOut"] | null;
            notes: string;
            /** @description As it was asked, with every default. */
            spec: unknown;
            result: components["schemas"]["BacktestResultOut"];
        };
        BacktestOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["BacktestOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description A backtest in a list; shares are fractions. */
        BacktestOutline: {
            id: string;
            name: string;
            symbols: string[];
            interval: string;
            /** Format: date-time */
            created_at: string;
            /** @description Of the bars of all symbols. */
            data_hash: string;
            /** Format: double */
            total_return: number | null;
            /** Format: double */
            sharpe: number | null;
            /** Format: double */
            max_drawdown: number;
            /** Format: int64 */
            trades: number;
            /** Format: double */
            final_equity: number;
            python: components["schemas"]["PythonSourceOut"] | null;
        };
        BacktestOutlinePageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["BacktestOutline"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description What came of a backtest. */
        BacktestResultOut: {
            /**
             * Format: int64
             * @description Rises when the same spec over the same bars may come to something else.
             */
            engine: number;
            /** Format: int64 */
            bars: number;
            /** Format: int64 */
            orders: number;
            /**
             * Format: int64
             * @description Of the conditions; null for a strategy in Python.
             */
            warm_up_bars: number | null;
            /**
             * Format: int64
             * @description Bars that do not say whether the stop or the target came first.
             */
            ambiguous_bars: number;
            figures: components["schemas"]["FiguresOut"];
            bounds: components["schemas"]["BoundOut"][];
            /** @description Refused orders by reason. */
            refusals: {
                [key: string]: number;
            };
            positions: components["schemas"]["HeldPositionOut"][];
            overfitting: components["schemas"]["DeflatedOut"];
            /** @description Name, sha256, parameters and cuts of a strategy in Python. */
            python: unknown;
            data: components["schemas"]["BarsUsedOut"][];
        };
        /** @description A row that was left out. */
        BadRowOut: {
            /**
             * Format: int64
             * @description Line of the text file; row number in Parquet and Feather.
             */
            line: number;
            reason: string;
            text: string;
        };
        /** @description A balance as it would be. */
        BalanceAfterOut: {
            asset: string;
            total: string;
        };
        /** @description What an account has of an asset; total is available and held together. */
        BalanceOut: {
            asset: string;
            total: string;
            available: string;
            held: string;
            /** @description The total in the base currency; null where no market has a rate. */
            worth: string | null;
        };
        BalanceOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["BalanceOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description Which bars of a symbol a result was computed from. */
        BarsUsedOut: {
            symbol: string;
            interval: string;
            /** Format: int64 */
            rows: number;
            content_hash: string;
            /** @description A data set, or what was recorded live. */
            source: string;
            /** @description The open of the first bar. */
            from: string;
            /** @description The open of the last bar. */
            to: string;
        };
        /** @description Why an order was not placed, as POST orders/ says it. */
        BatchErrorOut: {
            code: string;
            message: string;
            details: unknown;
        };
        /** @description The answer to one order of a batch: what POST orders/ would have answered. */
        BatchItemOut: {
            /**
             * Format: int64
             * @description The HTTP status that the order alone would have had.
             */
            status: number;
            data: components["schemas"]["PlacedOrderOut"] | null;
            error: components["schemas"]["BatchErrorOut"] | null;
        };
        BatchItemOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["BatchItemOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description Beside a benchmark, on the days that both have. */
        BenchmarkFiguresOut: {
            /** Format: double */
            total_return: number | null;
            /** Format: double */
            alpha: number | null;
            /** Format: double */
            beta: number | null;
            /** Format: double */
            correlation: number | null;
            /** Format: double */
            tracking_error: number | null;
            /** Format: double */
            information_ratio: number | null;
            /** Format: double */
            up_capture: number | null;
            /** Format: double */
            down_capture: number | null;
        };
        /** @description What the same orders would have come to had every bar taken one path. */
        BoundOut: {
            path: string;
            /** Format: double */
            final_equity: number;
            /** Format: int64 */
            trades: number;
            /** Format: double */
            profit: number;
        };
        /** @description What the book gives a taker, by the walk that fills orders; fees are not in it. */
        CalculationOut: {
            symbol: string;
            /** @enum {string} */
            side: "buy" | "sell";
            /** @description What the book gives. */
            quantity: string;
            /** @description What that costs. */
            notional: string;
            /** @description To eight digits, rounded half to even. */
            average_price: string | null;
            /** @description Of the first level. */
            best_price: string | null;
            /** @description Of the last level used. */
            worst_price: string | null;
            /**
             * Format: int64
             * @description How many levels are used.
             */
            levels: number;
            /** @description Whether the book holds all that was asked for. */
            complete: boolean;
            /** @description What it lacks of a quantity. */
            missing_quantity: string | null;
            /** @description What it lacks of a notional. */
            missing_notional: string | null;
            /** Format: date-time */
            time: string | null;
            /** @description What feeds the market, or last did. */
            source: string | null;
            /** @description Nothing feeds it now: the values are the last ones there were. */
            stale: boolean;
            /**
             * Format: int64
             * @description While stale: how old the last good price is.
             */
            age_ms: number | null;
        };
        CalculationOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["CalculationOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /**
         * @description For how long the account's orders may stay without another such call.
         * @example {
         *       "seconds": 30
         *     }
         */
        CancelAfterInRequest: {
            /**
             * Format: int64
             * @description From now, by the server's clock. 0 ends the switch; the most is `orders.cancel_after_max_seconds`.
             */
            seconds: number;
        };
        /** @description The switch of an account. */
        CancelAfterOut: {
            account: string;
            /**
             * Format: date-time
             * @description By the server's clock: then every open order is canceled; null: never.
             */
            deadline: string | null;
        };
        CancelAfterOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["CancelAfterOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description One candle; `time` is its open time. */
        CandleOut: {
            /** Format: date-time */
            time: string;
            open: string;
            high: string;
            low: string;
            close: string;
            volume: string;
        };
        /** @description Candles, oldest first; the last one may still be forming. */
        CandlePageOut: {
            items: components["schemas"]["CandleOut"][];
            next_cursor: string | null;
            /** @description What feeds the market, or last did. */
            source: string | null;
            /** @description Nothing feeds it now: the values are the last ones there were. */
            stale: boolean;
            /**
             * Format: int64
             * @description While stale: how old the last good price is.
             */
            age_ms: number | null;
        };
        CandlePageOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["CandlePageOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description One health check's answer. */
        Check: {
            name: string;
            /** @enum {string} */
            status: "ok" | "degraded" | "failed";
            /** @description Whether the gateway is out of service when this fails. */
            required: boolean;
            detail: string;
            /** Format: double */
            latency_ms: number;
        };
        /** @description Whether two symbols are bound to each other. */
        CointegrationIn: {
            /**
             * @description Logarithms, or prices as they are.
             * @default log
             * @enum {string}
             */
            prices: "log" | "plain";
            /**
             * @description Lagged differences in the test.
             * @default 1
             */
            johansen_lags: number;
        };
        /** @description Whether two symbols are bound to each other. */
        CointegrationInRequest: {
            /**
             * @description Logarithms, or prices as they are.
             * @default log
             * @enum {string}
             */
            prices: "log" | "plain";
            /**
             * @description Lagged differences in the test.
             * @default 1
             */
            johansen_lags: number;
        };
        /** @description Whether and how two symbols are bound. */
        CointegrationOut: {
            options: components["schemas"]["CointegrationIn"];
            /** Format: int64 */
            common_bars: number;
            engle_granger: components["schemas"]["EngleGrangerOut"][];
            johansen: components["schemas"]["JohansenRankOut"][];
            hedge: components["schemas"]["HedgeRatioOut"];
            reversion: components["schemas"]["MeanReversionOut"];
            /** @description Small p-value: the spread comes back. */
            adf: components["schemas"]["UnitRootTestOut"];
            /** @description Small p-value: it does not. */
            kpss: components["schemas"]["UnitRootTestOut"];
            /**
             * Format: double
             * @description Below 0.5 it comes back, above it goes on.
             */
            hurst: number | null;
            spread: components["schemas"]["SpreadOut"];
        };
        /** @description One combination of a sweep; shares are fractions, what is undefined is null. */
        CombinationOut: {
            /**
             * Format: int64
             * @description Of the whole grid.
             */
            number: number;
            /** @description Numbers by name. */
            parameters: unknown;
            /** Format: double */
            total_return: number | null;
            /** Format: double */
            max_drawdown: number | null;
            /** Format: double */
            sharpe: number | null;
            /** Format: int64 */
            trades: number;
            /** Format: double */
            win_rate: number | null;
            /** Format: double */
            profit_factor: number | null;
            /** Format: double */
            fees: number;
            /**
             * Format: double
             * @description Share of bars with a position.
             */
            exposure: number;
        };
        CombinationOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["CombinationOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /**
         * @description Factors to compute: by name, whole sets, and expressions without a name of their own.
         * @example {
         *       "symbols": [
         *         "BTC-USDT",
         *         "ETH-USDT"
         *       ],
         *       "interval": "1h",
         *       "factors": [
         *         "alpha158.ROC20"
         *       ],
         *       "expressions": {
         *         "reversal": "-returns(close, 5)"
         *       }
         *     }
         */
        ComputeInRequest: {
            symbols?: string[] | null;
            datasets?: string[] | null;
            interval: string;
            /** @description By grouping (sector, industry) a group for each symbol, for neutralize and group_mean. */
            groups?: unknown;
            factors?: string[] | null;
            sets?: string[] | null;
            /** @description Expressions by name. */
            expressions?: unknown;
            /**
             * Format: date-time
             * @description Bars that open from here on.
             */
            from?: string | null;
            /**
             * Format: date-time
             * @description Bars that open before.
             */
            to?: string | null;
        };
        /** @description The annual volatilities of all windows of a length; null where the bars do not fill one. */
        ConeWindowOut: {
            /** Format: int64 */
            window: number;
            /**
             * Format: int64
             * @description Windows; they overlap.
             */
            count: number;
            /** Format: double */
            minimum: number | null;
            /** Format: double */
            quartile_1: number | null;
            /** Format: double */
            median: number | null;
            /** Format: double */
            quartile_3: number | null;
            /** Format: double */
            maximum: number | null;
            /** Format: double */
            latest: number | null;
            /**
             * Format: double
             * @description Share of windows that are not above the newest.
             */
            latest_rank: number | null;
        };
        /** @description How 2 to 50 symbols move together. */
        CorrelationIn: {
            /** @description Two of the symbols whose correlation is shown over time; left out: the first two. */
            pair: string[] | null;
            /**
             * @description Returns of a moving window.
             * @default 50
             */
            window: number;
        };
        /** @description How 2 to 50 symbols move together. */
        CorrelationInRequest: {
            /** @description Two of the symbols whose correlation is shown over time; left out: the first two. */
            pair?: string[] | null;
            /**
             * @description Returns of a moving window.
             * @default 50
             */
            window: number;
        };
        /** @description Matrices of returns in the order of `symbols`; `order` are places as a heat map shows them. */
        CorrelationOut: {
            options: components["schemas"]["CorrelationIn"];
            symbols: string[];
            /**
             * Format: int64
             * @description Bars that all of them have.
             */
            common_bars: number;
            /** @description Bars of each. */
            own_bars: number[];
            pearson: number[][];
            spearman: number[][];
            order: number[];
            rolling: components["schemas"]["RollingCorrelationOut"];
        };
        /** @description What trading cost and how much of it there was; `exposure` is the share of bars with a position. */
        CostFiguresOut: {
            /** Format: double */
            fees: number | null;
            /** Format: double */
            fees_of_gross_profit: number | null;
            /** Format: double */
            turnover: number | null;
            /** Format: double */
            exposure: number | null;
        };
        /** @description A new key, with the token that is shown this once. */
        CreatedKeyOut: {
            id: string;
            name: string;
            /** @enum {string} */
            status: "active" | "expired" | "revoked";
            scopes: ("read" | "trade" | "admin")[];
            accounts: string[];
            addresses: string[];
            /** Format: double */
            requests_per_second: number | null;
            /** Format: date-time */
            created_at: string;
            created_by: string;
            /** Format: date-time */
            expires_at: string | null;
            /** Format: date-time */
            revoked_at: string | null;
            /**
             * Format: date-time
             * @description To the minute.
             */
            last_used_at: string | null;
            /** @description What goes behind `Authorization: Bearer`. It is not kept and cannot be shown again. */
            token: string;
        };
        CreatedKeyOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["CreatedKeyOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description Which bars of a symbol were looked at. */
        DataUsedOut: {
            symbol: string;
            interval: string;
            /** Format: int64 */
            rows: number;
            /**
             * Format: int64
             * @description Bars that the calendar expects and that were not there; null where it expects none so long.
             */
            missing_bars: number | null;
            content_hash: string;
            source: string;
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
        };
        /** @description A stored data set; `from` and `to` are the times of its first and last row. */
        DatasetOut: {
            id: string;
            symbol: string;
            /** @enum {string} */
            kind: "candles" | "trades" | "quotes" | "depth";
            /** @description Null for trades and depth. */
            interval: string | null;
            /**
             * Format: int64
             * @description Bars, trades, or messages of depth.
             */
            rows: number;
            /**
             * Format: int64
             * @description Of the data; null when they are no plain decimals.
             */
            price_decimals: number | null;
            /**
             * Format: int64
             * @description Of the data; null when they are no plain decimals.
             */
            volume_decimals: number | null;
            /** @description The same content has the same hash, whatever file it came from. */
            content_hash: string;
            /** Format: int64 */
            size_bytes: number;
            file_name: string;
            /** Format: date-time */
            created_at: string;
            /** @description The data set that this one repairs. */
            parent: string | null;
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
        };
        DatasetOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["DatasetOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        DatasetOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["DatasetOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description What one order did in one bar; fills of the same order are taken together. */
        DeedOut: {
            /** Format: date-time */
            time: string;
            /** @enum {string} */
            side: "buy" | "sell";
            quantity: string;
            /** @description The mean by quantity; null when nothing filled. */
            price: string | null;
            fee: string | null;
            /** @description Of an order in the sandbox. */
            order_id: string | null;
            /** @description Why nothing filled. */
            refused: string | null;
        };
        /** @description What the ratio proves among all that were tried on these bars (docs/metrics.md). */
        DeflatedOut: {
            /**
             * Format: int64
             * @description Strategies that the account has tried on these bars, this one among them.
             */
            trials: number;
            /** Format: double */
            deflated_sharpe: number | null;
        };
        /** @description One way that an event went. */
        DeliveryOut: {
            /** @enum {string} */
            channel: "websocket" | "log" | "email" | "webhook";
            /** @enum {string} */
            status: "queued" | "delivered" | "failed" | "dropped";
            /** Format: int64 */
            attempts: number;
            detail: string;
            /** Format: date-time */
            ended_at: string | null;
        };
        /** @description The file system of the state folder. */
        Disk: {
            /** Format: int64 */
            total_bytes: number;
            /** Format: int64 */
            used_bytes: number;
            /** Format: int64 */
            free_bytes: number;
        };
        /** @description A distance: `fixed` (amount in price), `percent`, or `atr` (multiple of the average true range of `bars`). */
        DistanceInRequest: {
            /** @enum {string} */
            kind: "fixed" | "percent" | "atr";
            amount?: string | null;
            percent?: string | null;
            multiple?: string | null;
            /** Format: int64 */
            bars?: number | null;
        };
        /** @description How many divergences there are of each kind. */
        DivergenceCountsOut: {
            /**
             * Format: int64
             * @description One side decided to act, the other did not.
             */
            signal: number;
            /**
             * Format: int64
             * @description The same, but up to three bars apart.
             */
            timing: number;
            /**
             * Format: int64
             * @description At the same time, at another price or of another quantity.
             */
            fill: number;
            /**
             * Format: int64
             * @description The same but for the fee.
             */
            fee: number;
            /**
             * Format: int64
             * @description One side refused what the other did.
             */
            risk: number;
            /** @description The bars are not the same: a price or a time that the backtest has not. */
            data: number;
        };
        /** @description One difference between a backtest and a session. */
        DivergenceOut: {
            /** @enum {string} */
            kind: "signal" | "data" | "timing" | "fill" | "fee" | "risk";
            text: string;
            symbol: string;
            /** Format: date-time */
            time: string;
            backtest: components["schemas"]["DeedOut"] | null;
            sandbox: components["schemas"]["DeedOut"] | null;
        };
        /** @description How far equity fell below its highest before, over all bars; depths are at most 0, times in days. */
        DrawdownFiguresOut: {
            /** Format: double */
            maximum: number;
            /** Format: double */
            average: number | null;
            /** Format: int64 */
            count: number;
            /** Format: double */
            longest_days: number | null;
            /** Format: double */
            current: number;
            is_recovered: boolean;
            /** Format: double */
            ulcer_index: number;
            /** Format: double */
            recovery_factor: number | null;
        };
        /** @description How far a symbol fell, and for how long. */
        DrawdownsIn: {
            /** @default 10 */
            episodes: number;
        };
        /** @description How far a symbol fell, and for how long. */
        DrawdownsInRequest: {
            /** @default 10 */
            episodes: number;
        };
        /** @description The worst falls, deepest first, and what being down amounts to. */
        DrawdownsOut: {
            options: components["schemas"]["DrawdownsIn"];
            /** Format: double */
            maximum: number;
            /** Format: double */
            current: number;
            /** Format: int64 */
            count: number;
            /**
             * Format: double
             * @description Of the time.
             */
            underwater_share: number;
            /**
             * Format: double
             * @description From peak to recovery, or to the end.
             */
            longest_days: number;
            /** Format: double */
            pain_index: number;
            /** Format: double */
            ulcer_index: number;
            episodes: components["schemas"]["EpisodeOut"][];
            underwater: components["schemas"]["UnderwaterOut"];
        };
        /** @description A part of the table that was dropped on purpose. */
        DroppedSegmentOut: {
            /** Format: int64 */
            segment: number;
            /** Format: int64 */
            first_seq: number;
            /** Format: int64 */
            last_seq: number;
            dropped_by: string;
        };
        /** @description The test that one symbol, explained by the other, leaves a stationary rest. */
        EngleGrangerOut: {
            dependent: string;
            /** Format: double */
            statistic: number;
            /**
             * Format: double
             * @description Small: they are bound.
             */
            p_value: number;
            /** Format: double */
            critical_1: number;
            /** Format: double */
            critical_5: number;
            /** Format: double */
            critical_10: number;
        };
        /** @description One fall and its recovery, or none yet. */
        EpisodeOut: {
            /** Format: date-time */
            peak: string;
            /** Format: date-time */
            trough: string;
            /** Format: date-time */
            recovery: string | null;
            /**
             * Format: double
             * @description At most 0.
             */
            depth: number;
            /** Format: double */
            days_to_trough: number;
            /**
             * Format: double
             * @description From the trough.
             */
            days_to_recovery: number | null;
        };
        /** @description One epoch of an account; worths are in its base currency, null where they are not known. */
        EpochOut: {
            /** Format: int64 */
            epoch: number;
            /** Format: date-time */
            opened_at: string;
            /**
             * Format: date-time
             * @description Null while it goes on.
             */
            closed_at: string | null;
            start_equity: string | null;
            /** @description Of the present epoch: now. */
            end_equity: string | null;
            /** @description Put in after the start, less what was taken out. */
            net_deposits: string;
            /** @description What trading made: without deposits and withdrawals. */
            profit: string | null;
            /** @description Assets that came or went without a known rate. */
            not_counted: string[];
            /** Format: int64 */
            orders: number;
            /** Format: int64 */
            fills: number;
        };
        EpochOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["EpochOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description Equity over time. */
        EquityOut: {
            /** Format: double */
            start_equity: number;
            /** Format: int64 */
            bars: number;
            points: components["schemas"]["EquityPointOut"][];
        };
        EquityOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["EquityOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description Equity after a bar, and the deepest drawdown since the point before. */
        EquityPointOut: {
            /** Format: date-time */
            time: string;
            /** Format: double */
            equity: number;
            /** Format: double */
            drawdown: number | null;
        };
        ErrorAnswer: {
            /** @enum {string} */
            status: "error";
            /** @enum {unknown|null} */
            data: null;
            message: string;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
            error: {
                /** @description Stable and machine readable. */
                code: string;
                /** @description Messages by field, or numbers. */
                details: {
                    [key: string]: unknown;
                };
            };
        };
        /**
         * @description A factor to judge: by its name, or its expression.
         * @example {
         *       "symbols": [
         *         "BTC-USDT",
         *         "ETH-USDT",
         *         "SOL-USDT"
         *       ],
         *       "interval": "1d",
         *       "expression": "close / delay(close, p.bars) - 1",
         *       "parameters": {
         *         "bars": 20
         *       },
         *       "horizons": [
         *         1,
         *         5,
         *         10
         *       ]
         *     }
         */
        EvaluateInRequest: {
            symbols?: string[] | null;
            datasets?: string[] | null;
            interval: string;
            /** @description By grouping (sector, industry) a group for each symbol, for neutralize and group_mean. */
            groups?: unknown;
            factor?: string | null;
            expression?: string | null;
            /** @description For `expression`. */
            parameters?: unknown;
            /** @description In bars; [1, 2, 3, 5, 10, 20] unless said. */
            horizons?: number[] | null;
            /** @default 5 */
            quantiles: number;
            /**
             * @description What is earned after a bar: from the next open on, or from its own close.
             * @default next_open
             * @enum {string}
             */
            entry: "next_open" | "close";
            /**
             * Format: date-time
             * @description Bars that open from here on.
             */
            from?: string | null;
            /**
             * Format: date-time
             * @description Bars that open before.
             */
            to?: string | null;
        };
        /** @description One place where something was found. */
        ExampleOut: {
            /** Format: date-time */
            time: string | null;
            /**
             * Format: int64
             * @description Row of the data set, from 1; null for a row that was left out.
             */
            row: number | null;
            /**
             * Format: int64
             * @description Line of the file, for a row that was left out.
             */
            line: number | null;
            text: string;
        };
        /** @description A price source as a venue. */
        ExchangeOut: {
            id: string;
            name: string;
            /** @enum {string} */
            status: "running" | "paused" | "finished" | "failed" | "idle" | "connecting";
            /**
             * Format: double
             * @description How late its prices are; what an exchange takes to answer.
             */
            latency_ms: number | null;
            /**
             * @description Open: the source has failed and is left alone.
             * @enum {string}
             */
            breaker: "closed" | "half_open" | "open";
            symbols: string[];
            /** @description Those that it says nothing of at present. */
            stale_symbols: string[];
            /** @description Whether prices come over its streams now. */
            streams: boolean;
            /** @description Prices that could not be true, by reason. */
            dropped_ticks: {
                [key: string]: number;
            };
            /**
             * Format: int64
             * @description How often a stream was opened again.
             */
            reconnects: number;
            /** @description Wanted symbols that it does not have, and why. */
            missing_symbols: {
                [key: string]: string;
            };
            /** @description What of an instrument does not fit its steps. */
            notes: {
                [key: string]: string[];
            };
            error: string | null;
            /** @description What feeds the market, or last did. */
            source: string | null;
            /** @description Nothing feeds it now: the values are the last ones there were. */
            stale: boolean;
            /**
             * Format: int64
             * @description While stale: how old the last good price is.
             */
            age_ms: number | null;
        };
        ExchangeOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["ExchangeOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        ExchangeOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["ExchangeOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description A fill that an order would have now. */
        ExpectedFillOut: {
            price: string;
            quantity: string;
            fee: string;
            fee_asset: string;
            /** @description The middle of the book: price = reference_price + spread_cost + slippage. */
            reference_price: string;
            /** @description Negative for a sell. */
            spread_cost: string;
            slippage: string;
        };
        /** @description Why an order filled as it did, or did not. */
        ExplainOut: {
            order: components["schemas"]["OrderOut"];
            policy: components["schemas"]["PolicyOut"];
            timeline: components["schemas"]["MomentOut"][];
            fills: components["schemas"]["FillSharesOut"][];
            /** @description Null when all of it was filled. */
            not_filled: components["schemas"]["NotFilledOut"] | null;
        };
        ExplainOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["ExplainOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description A position; `value` is in the quote asset and `worth` in the base currency, negative for a short. */
        ExposedPositionOut: {
            symbol: string;
            /** @enum {string} */
            side: "long" | "short";
            quantity: string;
            quote: string;
            value: string;
            worth: string;
            /** @description Of the equity. */
            share_percent: string | null;
        };
        /** @description All positions that are quoted in one asset, in the base currency. */
        ExposedQuoteOut: {
            asset: string;
            gross: string;
            net: string;
        };
        /** @description What is held through trading, in the base currency; null with the reason where a price is missing. */
        ExposureOut: {
            gross: string | null;
            net: string | null;
            long: string | null;
            short: string | null;
            /** @description Gross by equity. */
            leverage: string | null;
            positions: components["schemas"]["ExposedPositionOut"][];
            by_quote: components["schemas"]["ExposedQuoteOut"][];
            reason: string | null;
        };
        /**
         * @description An expression to look at.
         * @example {
         *       "expression": "cross_above(ema(close, p.fast), ema(close, p.slow))",
         *       "parameters": {
         *         "fast": 12,
         *         "slow": 26
         *       }
         *     }
         */
        ExpressionInRequest: {
            expression: string;
            /** @description Numbers by name. Left out: any name may follow `p.`, without a value. */
            parameters?: unknown;
        };
        /** @description What an expression is and needs. */
        ExpressionOut: {
            /** @description The one way to write it. */
            canonical: string;
            /** @description Of the canonical text. */
            hash: string;
            /** @enum {string} */
            kind: "series" | "condition" | "number";
            groups: string[];
            parameters: string[];
            /** @description Whether a symbol's value depends on the other symbols. */
            is_cross_sectional: boolean;
            /**
             * Format: int64
             * @description Bars before the first value; null without parameters.
             */
            look_back_bars: number | null;
            /**
             * Format: int64
             * @description Bars until the value no longer depends on where the history begins.
             */
            warm_up_bars: number | null;
            /** @description Columns that it reads. */
            fields: string[];
        };
        ExpressionOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["ExpressionOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /**
         * @description What of a factor is to change.
         * @example {
         *       "expression": "close / delay(close, 10) - 1",
         *       "parameters": {}
         *     }
         */
        FactorChangeInRequest: {
            name?: string | null;
            expression?: string | null;
            parameters?: unknown;
            description?: string | null;
        };
        /**
         * @description An expression to name.
         * @example {
         *       "name": "momentum",
         *       "expression": "delay(close, p.skip) / delay(close, p.bars) - 1",
         *       "parameters": {
         *         "skip": 1,
         *         "bars": 20
         *       },
         *       "description": "Twenty bars without the last one"
         *     }
         */
        FactorInRequest: {
            name: string;
            expression: string;
            /** @description Numbers by name, for p.name. */
            parameters?: unknown;
            /** @default  */
            description: string;
        };
        /** @description A named expression. */
        FactorOut: {
            id: string;
            name: string;
            description: string;
            expression: string;
            parameters: unknown;
            /** @description The one way to write it. */
            canonical: string;
            /** @description Of the canonical text. */
            hash: string;
            /** @description Whether a symbol's value depends on the other symbols. */
            is_cross_sectional: boolean;
            /**
             * Format: int64
             * @description Bars until a value no longer depends on where the history begins.
             */
            warm_up_bars: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            changed_at: string;
            /** @description Columns that it reads. */
            fields: string[];
        };
        FactorOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["FactorOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        FactorOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["FactorOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description A built-in set. */
        FactorSetOut: {
            name: string;
            description: string;
            /** Format: int64 */
            count: number;
            factors: components["schemas"]["NamedTextOut"][];
            source: string;
        };
        FactorSetOutListAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["FactorSetOut"][];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /**
         * @description Source and pace; what is left out stays as it is, another source begins unpaused at `feed.speed`.
         * @example {
         *       "source": "simulated",
         *       "speed": 2,
         *       "paused": false
         *     }
         */
        FeedInRequest: {
            /** @enum {string} */
            source?: "simulated" | "replay" | "live";
            /** @description For live: any exchange of ccxt; that of MARKET_SOURCE. */
            exchange?: string | null;
            /** @description For replay. */
            dataset?: string | null;
            /**
             * Format: double
             * @description Times real time; 0: as fast as it goes.
             */
            speed?: number;
            paused?: boolean | null;
        };
        /** @description The feed of this gateway. */
        FeedOut: {
            /** @enum {string} */
            status: "running" | "paused" | "finished" | "failed" | "idle";
            source: string | null;
            /** @description Whose markets a live source shows. */
            exchange: string | null;
            /** @description The live source that has given no price yet. */
            waiting_for: string | null;
            dataset: string | null;
            symbols: string[];
            /** @description Those that the source says nothing of at present. */
            stale_symbols: string[];
            /** Format: double */
            speed: number;
            paused: boolean;
            finished: boolean;
            position: components["schemas"]["FeedPositionOut"];
            /**
             * Format: double
             * @description How far it is behind its pace.
             */
            lag_ms: number;
            /** Format: double */
            updates_per_second: number;
            /** @description Live prices that could not be true, by reason. */
            dropped_ticks: {
                [key: string]: number;
            };
            error: string | null;
            scenarios: components["schemas"]["ScenarioOut"][];
            /** @description The content hash of the data set that is replayed. */
            dataset_hash: string | null;
        };
        FeedOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["FeedOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description How far the feed is. */
        FeedPositionOut: {
            /**
             * Format: date-time
             * @description Market time.
             */
            time: string;
            /**
             * Format: int64
             * @description Bars, prints or rounds of ticks so far.
             */
            index: number;
            /**
             * Format: int64
             * @description Null: without end.
             */
            total: number | null;
        };
        /**
         * @description Where to.
         * @example {
         *       "time": "2026-01-05T14:30:00Z",
         *       "confirm": false
         *     }
         */
        FeedSeekInRequest: {
            /**
             * Format: date-time
             * @description Market time: within the data of a replay, ahead of now in the simulation.
             */
            time: string;
            /**
             * @description Go also while orders wait, which may fill at the first price there.
             * @default false
             */
            confirm: boolean;
        };
        /** @description How many steps to take. */
        FeedStepInRequest: {
            /**
             * @description Bars or prints of a replay, rounds of ticks of the simulation.
             * @default 1
             */
            steps: number;
        };
        /** @description What was done, and where the feed is now. */
        FeedSteppedOut: {
            /**
             * Format: int64
             * @description Fewer than asked for at the end of the data.
             */
            steps: number;
            feed: components["schemas"]["FeedOut"];
        };
        FeedSteppedOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["FeedSteppedOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description Fees in basis points of the notional, to two digits after the point. */
        FeesIn: {
            /** Format: double */
            maker_bps: number;
            /** Format: double */
            taker_bps: number;
        };
        /** @description Fees in basis points of the notional, to two digits after the point. */
        FeesInRequest: {
            /** Format: double */
            maker_bps: number;
            /** Format: double */
            taker_bps: number;
        };
        /** @description Fees in basis points of the notional. */
        FeesOut: {
            /** Format: double */
            maker_bps: number;
            /** Format: double */
            taker_bps: number;
        };
        /** @description All of them; None where there was no benchmark or no trades to look at. */
        FiguresOut: {
            returns: components["schemas"]["ReturnFiguresOut"];
            risk: components["schemas"]["RiskFiguresOut"];
            drawdowns: components["schemas"]["DrawdownFiguresOut"];
            costs: components["schemas"]["CostFiguresOut"];
            benchmark: components["schemas"]["BenchmarkFiguresOut"] | null;
            trades: components["schemas"]["TradeFiguresOut"] | null;
        };
        /** @description One trade of an order. */
        FillOut: {
            id: string;
            order_id: string;
            account: string;
            symbol: string;
            /** @enum {string} */
            side: "buy" | "sell";
            price: string;
            quantity: string;
            fee: string;
            fee_asset: string;
            /** @enum {string} */
            liquidity: "maker" | "taker";
            /** Format: date-time */
            time: string;
        };
        FillOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["FillOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description How orders fill on bars; docs/backtests.md has the rules. */
        FillRulesInRequest: {
            /**
             * @default next_open
             * @enum {string}
             */
            fill_at: "next_open" | "signal_close";
            /**
             * @default pessimistic
             * @enum {string}
             */
            path: "pessimistic" | "nearer" | "ohlc" | "olhc";
            /**
             * @default through
             * @enum {string}
             */
            limit_fill: "through" | "touch";
            /**
             * Format: int64
             * @default 0
             */
            slippage_ticks: number;
            slippage_percent?: string | null;
            volume_share_impact_percent?: string | null;
            root_impact_percent?: string | null;
            /**
             * Format: int64
             * @default 0
             */
            volume_cap_percent: number;
            /**
             * @default ticks
             * @enum {string}
             */
            spread: "ticks" | "bar";
            /**
             * Format: int64
             * @default 0
             */
            spread_ticks: number;
        };
        /** @description A fill, and what its price is made of: price = reference_price + spread_cost + slippage, signed as prices are. */
        FillSharesOut: {
            /** Format: date-time */
            time: string;
            quantity: string;
            price: string;
            /** @description The middle of the book for a taker, its own limit for a maker. */
            reference_price: string;
            /** @description From there to the best price; negative for a sell. */
            spread_cost: string;
            /** @description What is left to the price. */
            slippage: string;
            fee: string;
            fee_asset: string;
            /** @enum {string} */
            liquidity: "maker" | "taker";
            /**
             * Format: double
             * @description How long the order was on its way.
             */
            latency_ms: number;
            /** @description What was ahead of it when it came to its price. */
            queue_ahead: string | null;
        };
        /** @description One kind of trouble: how bad, how often, where first, and what can be done. */
        FindingOut: {
            kind: string;
            /** @enum {string} */
            severity: "info" | "warning" | "error";
            /** Format: int64 */
            count: number;
            text: string;
            remedy: string;
            /** @description Whether the import or a repair has dealt with it. */
            handled: boolean;
            /** @description The field of a repair that is about it. */
            choice: string | null;
            examples: components["schemas"]["ExampleOut"][];
        };
        /**
         * @description A copy of an account, as it stands now or stood after an entry of the journal.
         * @example {
         *       "id": "what-if",
         *       "name": "What if",
         *       "with_orders": true
         *     }
         */
        ForkInRequest: {
            /** @description Made up when it is left out. */
            id?: string | null;
            /** @description Left out: the source's, and of which entry. */
            name?: string | null;
            /**
             * @description Copy the open orders too, under new ids.
             * @default false
             */
            with_orders: boolean;
            /**
             * Format: int64
             * @description The journal entry after which to copy; left out: now.
             */
            from_sequence?: number | null;
        };
        /**
         * @description Money to put into an account, or to take out of it.
         * @example {
         *       "asset": "USDT",
         *       "amount": "2500"
         *     }
         */
        FundsInRequest: {
            asset: string;
            amount: string;
        };
        /** @description A run of missing bars between two bars that are there. */
        GapOut: {
            /**
             * Format: date-time
             * @description Open time of the bar before.
             */
            after: string;
            /**
             * Format: date-time
             * @description Open time of the bar after.
             */
            before: string;
            /** Format: int64 */
            missing_bars: number;
        };
        /** @description Runs of missing bars. */
        GapsOut: {
            /**
             * Format: int64
             * @description Runs of missing bars.
             */
            count: number;
            /** Format: int64 */
            missing_bars: number;
            /**
             * Format: int64
             * @description From the bar before to the bar after; for trades the longest silence.
             */
            longest_seconds: number;
            /** @description The longest, oldest first. */
            items: components["schemas"]["GapOut"][];
        };
        /** @description What the data say about something that nobody stated. */
        GuessOut: {
            value: string;
            /** @enum {string} */
            confidence: "high" | "medium" | "low";
            why: string;
        };
        /**
         * @description What to halt, and what becomes of its orders and positions.
         * @example {
         *       "scope": "account",
         *       "reason": "Looks wrong.",
         *       "close_positions": true
         *     }
         */
        HaltInRequest: {
            /**
             * @default account
             * @enum {string}
             */
            scope: "account" | "all";
            /**
             * @description HALTED takes no order at all, REDUCING those that reduce a position.
             * @default HALTED
             * @enum {string}
             */
            state: "REDUCING" | "HALTED";
            reason: string;
            /**
             * @description Under REDUCING those that would do more than reduce.
             * @default true
             */
            cancel_orders: boolean;
            /**
             * @description By market orders.
             * @default false
             */
            close_positions: boolean;
        };
        /** @description All health checks at one moment, at most a second old. */
        Health: {
            /** @enum {string} */
            status: "ok" | "degraded" | "failed";
            checks: components["schemas"]["Check"][];
            /** Format: date-time */
            checked_at: string;
        };
        HealthAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["Health"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description dependent = intercept + ratio · other. */
        HedgeRatioOut: {
            dependent: string;
            other: string;
            /** Format: double */
            ratio: number;
            /** Format: double */
            ratio_error: number;
            /** Format: double */
            intercept: number;
            /** Format: double */
            r_squared: number;
        };
        /** @description What was still held at the end. */
        HeldPositionOut: {
            symbol: string;
            /** @description Negative for a short one. */
            quantity: string;
            mark_price: string;
        };
        /** @description A file to import. */
        ImportInRequest: {
            /**
             * Format: binary
             * @description CSV, Parquet, Feather, or a recording of a book; plain, gzipped or zipped.
             */
            file: string;
            /** @description BASE-QUOTE; needed when neither the file nor its name says it. */
            symbol?: string;
            /** @enum {string} */
            kind?: "candles" | "trades" | "quotes" | "depth";
            /** @description JSON: the column of each role, such as {"time": "date", "open": "o", …}; `time_format` too. */
            columns?: string;
            /**
             * @description Of bars with a bid and an ask; the spread is kept.
             * @default mid
             * @enum {string}
             */
            price: "mid" | "bid" | "ask";
            /** @description The asset that tickers without one (AAPL) are priced in; else USD. */
            quote?: string;
            /**
             * @description Take a panel of closing prices, a column for each symbol, as candles without a range.
             * @default false
             */
            closes: boolean;
            /**
             * @description Of candles; found when not given.
             * @enum {string}
             */
            interval?: "1m" | "5m" | "15m" | "1h" | "4h" | "1d";
        };
        /** @description The instrument of the data set. */
        InstrumentNoteOut: {
            symbol: string;
            /** @description Whether this import made it, out of the data's decimals. */
            created: boolean;
            tick_size: string;
            lot_size: string;
            notes: string[];
        };
        /** @description A piece of long work as it stands. */
        Job: {
            id: string;
            kind: string;
            /** @description What it is about, in a few words: a name it was given, else symbols or a file. */
            subject: string;
            account: string;
            /** @enum {string} */
            status: "queued" | "running" | "succeeded" | "failed" | "canceled" | "interrupted";
            /**
             * Format: double
             * @description From 0 to 1.
             */
            progress: number;
            message: string;
            /** @description What a running job shows of its result so far, an object of up to 16 KiB; null in lists and at the end. */
            partial_result: unknown;
            /** @description What came of it; in lists only its ids, counts and short texts. */
            result: unknown;
            error: components["schemas"]["JobError"] | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            finished_at: string | null;
            /**
             * Format: int64
             * @description How often it was taken up again after the gateway had stopped under it.
             */
            resumes: number;
            trace_id: string;
        };
        JobAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["Job"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description Why a job failed. */
        JobError: {
            code: string;
            message: string;
            details: unknown;
        };
        JobPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["Job"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description The trace test that there are at most `rank` relations. */
        JohansenRankOut: {
            /** Format: int64 */
            rank: number;
            /** Format: double */
            statistic: number;
            /** Format: double */
            critical_10: number;
            /** Format: double */
            critical_5: number;
            /** Format: double */
            critical_1: number;
        };
        /**
         * @description A new key.
         * @example {
         *       "name": "Breakout bot",
         *       "scopes": [
         *         "read",
         *         "trade"
         *       ],
         *       "accounts": [
         *         "default"
         *       ],
         *       "addresses": [
         *         "192.0.2.7",
         *         "10.0.0.0/8"
         *       ],
         *       "requests_per_second": 50,
         *       "expires_at": "2100-01-01T00:00:00Z"
         *     }
         */
        KeyInRequest: {
            name: string;
            /** @description What it may do; admin implies trade, and trade implies read. */
            scopes: ("read" | "trade" | "admin")[];
            /** @description The only accounts there are for it; the first is meant when none is named. Empty: all of them. */
            accounts?: string[];
            /** @description IP addresses and networks from which it may be used. Empty: any. */
            addresses?: string[];
            /**
             * Format: double
             * @description Its own rate, with a burst of twice that. Left out: the usual one.
             */
            requests_per_second?: number | null;
            /**
             * Format: date-time
             * @description Left out: never.
             */
            expires_at?: string | null;
        };
        /** @description A key, without its secret. */
        KeyOut: {
            id: string;
            name: string;
            /** @enum {string} */
            status: "active" | "expired" | "revoked";
            scopes: ("read" | "trade" | "admin")[];
            accounts: string[];
            addresses: string[];
            /** Format: double */
            requests_per_second: number | null;
            /** Format: date-time */
            created_at: string;
            created_by: string;
            /** Format: date-time */
            expires_at: string | null;
            /** Format: date-time */
            revoked_at: string | null;
            /**
             * Format: date-time
             * @description To the minute.
             */
            last_used_at: string | null;
        };
        KeyOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["KeyOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        KeyOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["KeyOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description All that may be written in an expression. */
        LanguageOut: {
            operators: components["schemas"]["OperatorOut"][];
            groups: string[];
            /** @description Columns of every bar. */
            fields: string[];
        };
        LanguageOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["LanguageOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /**
         * @description One order of a list. Symbol and quantity are the list's; its side is too, or the other one where it closes.
         * @example {
         *       "price": "66000.00"
         *     }
         */
        LegInRequest: {
            /**
             * @description Left out: what its prices make of it, such as a stop of a `stop_price` alone.
             * @enum {string|null}
             */
            type?: "market" | "limit" | "stop" | "stop_limit" | "take_profit" | "take_profit_limit" | "trailing_stop" | "trailing_stop_limit" | null;
            /** @description For limit, stop_limit and take_profit_limit. */
            price?: string | null;
            /** @description The trigger of stop, stop_limit, take_profit and take_profit_limit. */
            stop_price?: string | null;
            /**
             * @description Default gtc; ioc for a market order. gtd ends at `expires_at`, day with the market's session.
             * @enum {string|null}
             */
            time_in_force?: "gtc" | "ioc" | "fok" | "gtd" | "day" | null;
            /** @default false */
            post_only: boolean;
            /** @description Unique in the account for ever. */
            client_order_id?: string | null;
            /** @description For gtd: when it ends, by the market's clock. */
            expires_at?: string | null;
            /** @description How far a trailing stop stays behind the best price. */
            trail_amount?: string | null;
            /** @description The same as a share of the best price, to four digits. */
            trail_percent?: string | null;
            /** @description How far a trailing stop's limit is beyond its stop. */
            limit_offset?: string | null;
            /**
             * @description It may only lessen the position.
             * @default false
             */
            reduce_only: boolean;
            /** @description What an iceberg shows at a time; the rest follows behind the queue. */
            display_quantity?: string | null;
        };
        /** @description A limit in force, and how much of it is used; null where it is about single orders, or unknown with a reason. */
        LimitUseOut: {
            name: string;
            symbol: string | null;
            limit: string;
            used: string | null;
            share_percent: string | null;
            unit: string;
            /** @description The account's own; else the installation's. */
            own: boolean;
            reason: string | null;
        };
        /** @description How many positions at once, and the largest share of equity that one may open with. */
        LimitsInRequest: {
            /** Format: int64 */
            max_open_positions?: number | null;
            max_share_percent?: string | null;
        };
        /** @description An order of a list. */
        ListedOrderOut: {
            id: string;
            account: string;
            symbol: string;
            /** @enum {string} */
            side: "buy" | "sell";
            /** @enum {string} */
            type: "market" | "limit" | "stop" | "stop_limit" | "take_profit" | "take_profit_limit" | "trailing_stop" | "trailing_stop_limit";
            /** @enum {string} */
            status: "accepted" | "pending" | "open" | "partially_filled" | "filled" | "canceled" | "rejected" | "expired";
            status_reason: string | null;
            quantity: string;
            notional: string | null;
            filled_quantity: string;
            remaining_quantity: string;
            price: string | null;
            stop_price: string | null;
            /** @description To eight digits, rounded half to even. */
            average_price: string | null;
            /** @enum {string} */
            time_in_force: "gtc" | "ioc" | "fok" | "gtd" | "day";
            post_only: boolean;
            client_order_id: string | null;
            fees: components["schemas"]["AssetAmountOut"][];
            order_list_id: string | null;
            fill_policy: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            replaced_at: string | null;
            /** Format: date-time */
            expires_at: string | null;
            trail_amount: string | null;
            trail_percent: string | null;
            limit_offset: string | null;
            /** @description The best price that a trailing stop has followed so far. */
            watermark: string | null;
            reduce_only: boolean;
            display_quantity: string | null;
            /** @enum {string} */
            role: "entry" | "then" | "take_profit" | "stop_loss";
        };
        /** @description One line of the log. */
        LogLine: {
            /** Format: date-time */
            time: string;
            /** @enum {string} */
            level: "TRACE" | "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL";
            /** @description Which part wrote it; `gateway.access` has one line a request. */
            logger: string;
            message: string;
            /** @description Of the work it belongs to; empty outside of any. */
            trace_id: string;
            /** @description Who asked for that work. */
            caller: string;
            exception: string | null;
            /** @description What else the line has, by name. */
            extra: unknown;
        };
        LogLinePageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["LogLine"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description A rule as it was made or changed. */
        MadeAlertOut: {
            id: string;
            account: string;
            name: string;
            /** @enum {string} */
            severity: "info" | "warning" | "critical";
            condition: components["schemas"]["AlertConditionOut"];
            /** @enum {string} */
            repeat: "once" | "every";
            /** Format: int64 */
            cool_down_seconds: number;
            rearm_level: string | null;
            enabled: boolean;
            channels: ("websocket" | "log" | "email" | "webhook")[];
            email_to: string[];
            webhook_url: string | null;
            /**
             * @description failed: it was switched off, see `fault`.
             * @enum {string}
             */
            status: "armed" | "fired" | "cooling_down" | "off" | "failed";
            fault: string | null;
            /** @description What it needs before it can be evaluated. */
            waiting_for: string | null;
            /**
             * Format: int64
             * @description Bars its expression has seen.
             */
            history_bars: number | null;
            /**
             * Format: int64
             * @description Bars after which it no longer depends on where they begin.
             */
            warm_up_bars: number | null;
            /** Format: int64 */
            fired_count: number;
            /**
             * Format: date-time
             * @description By the market's clock.
             */
            fired_at: string | null;
            fired_value: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description Signs what is sent; null unless the address of the webhook is new. Never shown again. */
            webhook_secret: string | null;
        };
        MadeAlertOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["MadeAlertOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description How a margin account may borrow, what that costs, and what its positions ask of its equity. */
        MarginOut: {
            /** Format: int64 */
            leverage: number;
            leverage_by_symbol: {
                [key: string]: number;
            };
            /** @description What the positions needed to be opened, at the last prices. */
            initial_margin: string;
            /** @description They are liquidated when equity is no more than this. */
            maintenance_margin: string;
            /** Format: double */
            liquidation_fee_bps: number;
            /**
             * Format: double
             * @description A year, on borrowed money.
             */
            interest_percent: number;
            /**
             * Format: double
             * @description A year, on the worth of what is sold short.
             */
            borrow_percent: number;
            /**
             * Format: double
             * @description What longs pay to shorts every eight hours; negative: shorts pay.
             */
            funding_percent: number;
        };
        /** @description A symbol's market. */
        MarketOut: {
            symbol: string;
            /**
             * @description Halted: by a scenario.
             * @enum {string}
             */
            status: "open" | "halted" | "closed";
            instrument: components["schemas"]["SymbolOut"];
            ticker: components["schemas"]["TickerOut"];
            /** @description What feeds the market, or last did. */
            source: string | null;
            /** @description Nothing feeds it now: the values are the last ones there were. */
            stale: boolean;
            /**
             * Format: int64
             * @description While stale: how old the last good price is.
             */
            age_ms: number | null;
            /** @description The kinds of scenarios that change it now. */
            scenarios: ("crash" | "gap" | "spread" | "thin_book" | "halt")[];
        };
        MarketOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["MarketOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description How fast the spread comes back. */
        MeanReversionOut: {
            /** Format: double */
            speed: number;
            /** Format: double */
            speed_error: number;
            /**
             * Format: double
             * @description Null where it does not come back.
             */
            half_life_bars: number | null;
        };
        /** @description Something that happened to the order. */
        MomentOut: {
            /**
             * Format: date-time
             * @description By the market's clock.
             */
            time: string;
            event: string;
            text: string;
            /** @description The numbers of the text, by name. */
            numbers: {
                [key: string]: string;
            };
        };
        /**
         * @description How to draw a backtest anew: its trades one by one, or blocks of its daily returns.
         * @example {
         *       "backtest": "0197…",
         *       "what": "returns",
         *       "draws": 5000
         *     }
         */
        MonteCarloInRequest: {
            backtest: string;
            /**
             * @default trades
             * @enum {string}
             */
            what: "trades" | "returns";
            /** @default 2000 */
            draws: number;
            /**
             * Format: int64
             * @default 0
             */
            seed: number;
            /** @default 20 */
            mean_block_days: number;
            /**
             * Format: double
             * @description Lost of the start.
             * @default 50
             */
            ruin_percent: number;
        };
        /** @description A factor of a built-in set. */
        NamedTextOut: {
            /** @description As it is asked for: set.factor. */
            name: string;
            expression: string;
        };
        /**
         * @description A new strategy: from a template and the symbols, or with rules of its own.
         * @example {
         *       "name": "Crossing averages",
         *       "symbols": [
         *         "BTC-USDT"
         *       ],
         *       "interval": "1m",
         *       "strategy": {
         *         "long_entry": "cross_above(sma(close, p.fast), sma(close, p.slow))",
         *         "long_exit": "cross_below(sma(close, p.fast), sma(close, p.slow))",
         *         "parameters": {
         *           "fast": 20,
         *           "slow": 50
         *         },
         *         "stop": {
         *           "kind": "percent",
         *           "percent": "2"
         *         }
         *       }
         *     }
         */
        NewStrategyInRequest: {
            symbols?: string[] | null;
            /** @enum {string|null} */
            interval?: "1m" | "5m" | "15m" | "1h" | "4h" | "1d" | null;
            strategy?: components["schemas"]["StrategyRulesInRequest"] | null;
            /** @description In place of conditions: a `kind` (dca, grid, twap, vwap, iceberg, pairs) and its numbers. */
            program?: unknown;
            /** @description By parameter `{least, most}`: between which values a run may start with. */
            bounds?: unknown;
            allow_short?: boolean | null;
            leverage?: number | null;
            max_open_positions?: number | null;
            /** @description Of equity, of one entry. */
            max_share_percent?: string | null;
            name: string;
            /** @default  */
            notes: string;
            /** @enum {string|null} */
            template?: "sma-cross" | "ema-cross" | "rsi-reversion" | "donchian-breakout" | "bollinger-reversion" | "macd-trend" | "dca" | "grid" | "twap" | "vwap" | "iceberg" | "pairs" | null;
        };
        /** @description Why something of the order was not filled. */
        NotFilledOut: {
            reason: string;
            /** @description The nearest that the market came while the order waited. */
            nearest_price: string | null;
            /** @description How far that was from what the order waited for; 0: it came there. */
            missing: string | null;
        };
        /** @description One operator. */
        OperatorOut: {
            name: string;
            signature: string;
            places: components["schemas"]["PlaceOut"][];
            /** @enum {string} */
            gives: "series" | "condition" | "number";
            /** @enum {string} */
            axis: "element" | "time" | "cross_section";
            meaning: string;
            /** @description What becomes of NaN. */
            nan: string;
            /** @description How many bars before the present one it needs. */
            look_back: string;
            /** @description In the language itself, where it can be said in it. */
            definition: string | null;
            source: string | null;
        };
        /**
         * @description Orders to place, one after the other. One that is malformed is answered by itself and keeps no other back.
         * @example {
         *       "orders": [
         *         {
         *           "symbol": "BTC-USDT",
         *           "side": "buy",
         *           "type": "limit",
         *           "quantity": "0.01",
         *           "price": "30000.00"
         *         }
         *       ]
         *     }
         */
        OrderBatchInRequest: {
            /** @description Each as in POST orders/. */
            orders: components["schemas"]["OrderInRequest"][];
        };
        /** @description The order book, best levels first, each as [price, quantity]. */
        OrderBookOut: {
            symbol: string;
            bids: string[][];
            asks: string[][];
            /**
             * Format: int64
             * @description CRC32 of the ten best bids then asks, each price:quantity, joined by |.
             */
            checksum: number;
            /** Format: date-time */
            time: string | null;
            /** @description What feeds the market, or last did. */
            source: string | null;
            /** @description Nothing feeds it now: the values are the last ones there were. */
            stale: boolean;
            /**
             * Format: int64
             * @description While stale: how old the last good price is.
             */
            age_ms: number | null;
            /** @description The kinds of scenarios that change it now. */
            scenarios: ("crash" | "gap" | "spread" | "thin_book" | "halt")[];
        };
        OrderBookOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["OrderBookOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /**
         * @description A new order, sized by `quantity` or, for a market order, by `notional` of the quote asset.
         * @example {
         *       "symbol": "BTC-USDT",
         *       "side": "buy",
         *       "type": "limit",
         *       "quantity": "0.01",
         *       "price": "30000.00"
         *     }
         */
        OrderInRequest: {
            symbol: string;
            /** @enum {string} */
            side: "buy" | "sell";
            /** @enum {string} */
            type: "market" | "limit" | "stop" | "stop_limit" | "take_profit" | "take_profit_limit" | "trailing_stop" | "trailing_stop_limit";
            quantity?: string | null;
            notional?: string | null;
            /** @description For limit, stop_limit and take_profit_limit. */
            price?: string | null;
            /** @description The trigger of stop, stop_limit, take_profit and take_profit_limit. */
            stop_price?: string | null;
            /**
             * @description Default gtc; ioc for a market order. gtd ends at `expires_at`, day with the market's session.
             * @enum {string|null}
             */
            time_in_force?: "gtc" | "ioc" | "fok" | "gtd" | "day" | null;
            /** @default false */
            post_only: boolean;
            /** @description Unique in the account for ever. */
            client_order_id?: string | null;
            /** @description For gtd: when it ends, by the market's clock. */
            expires_at?: string | null;
            /** @description How far a trailing stop stays behind the best price. */
            trail_amount?: string | null;
            /** @description The same as a share of the best price, to four digits. */
            trail_percent?: string | null;
            /** @description How far a trailing stop's limit is beyond its stop. */
            limit_offset?: string | null;
            /**
             * @description It may only lessen the position.
             * @default false
             */
            reduce_only: boolean;
            /** @description What an iceberg shows at a time; the rest follows behind the queue. */
            display_quantity?: string | null;
        };
        /**
         * @description A new order list. `side` is the entry's; of an oco, which has none, that of both legs.
         * @example {
         *       "type": "bracket",
         *       "symbol": "BTC-USDT",
         *       "side": "buy",
         *       "quantity": "0.01",
         *       "entry": {
         *         "type": "limit",
         *         "price": "60000.00"
         *       },
         *       "take_profit": {
         *         "price": "66000.00"
         *       },
         *       "stop_loss": {
         *         "stop_price": "57000.00"
         *       }
         *     }
         */
        OrderListInRequest: {
            /** @enum {string} */
            type: "oco" | "oto" | "bracket";
            symbol: string;
            /** @enum {string} */
            side: "buy" | "sell";
            quantity: string;
            /** @description What is to fill first; not for an oco. */
            entry?: components["schemas"]["LegInRequest"] | null;
            /** @description What an oto places when its entry fills. */
            then?: components["schemas"]["ThenInRequest"] | null;
            /** @description What closes with a profit. */
            take_profit?: components["schemas"]["LegInRequest"] | null;
            /** @description What closes with a loss. */
            stop_loss?: components["schemas"]["LegInRequest"] | null;
        };
        /** @description An order list as it stands; its id is that of its first order. */
        OrderListOut: {
            id: string;
            account: string;
            symbol: string;
            /** @enum {string} */
            type: "oco" | "oto" | "bracket";
            /** @enum {string} */
            status: "executing" | "done" | "rejected" | "canceled";
            status_reason: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            orders: components["schemas"]["ListedOrderOut"][];
        };
        OrderListOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["OrderListOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        OrderListOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["OrderListOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description An order as it stands. */
        OrderOut: {
            id: string;
            account: string;
            symbol: string;
            /** @enum {string} */
            side: "buy" | "sell";
            /** @enum {string} */
            type: "market" | "limit" | "stop" | "stop_limit" | "take_profit" | "take_profit_limit" | "trailing_stop" | "trailing_stop_limit";
            /** @enum {string} */
            status: "accepted" | "pending" | "open" | "partially_filled" | "filled" | "canceled" | "rejected" | "expired";
            status_reason: string | null;
            quantity: string;
            notional: string | null;
            filled_quantity: string;
            remaining_quantity: string;
            price: string | null;
            stop_price: string | null;
            /** @description To eight digits, rounded half to even. */
            average_price: string | null;
            /** @enum {string} */
            time_in_force: "gtc" | "ioc" | "fok" | "gtd" | "day";
            post_only: boolean;
            client_order_id: string | null;
            fees: components["schemas"]["AssetAmountOut"][];
            order_list_id: string | null;
            fill_policy: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            replaced_at: string | null;
            /** Format: date-time */
            expires_at: string | null;
            trail_amount: string | null;
            trail_percent: string | null;
            limit_offset: string | null;
            /** @description The best price that a trailing stop has followed so far. */
            watermark: string | null;
            reduce_only: boolean;
            display_quantity: string | null;
        };
        OrderOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["OrderOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        OrderOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["OrderOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description What an order would do at this moment; nothing is placed. */
        OrderPreviewOut: {
            accepted: boolean;
            /** @description Why it would be refused. */
            code: string | null;
            reason: string | null;
            quantity: string;
            fills: components["schemas"]["ExpectedFillOut"][];
            filled_quantity: string;
            resting_quantity: string;
            expired_quantity: string;
            average_price: string | null;
            /** @description The best price at the other side of the book. */
            reference_price: string | null;
            /** @description What the fills cost more than at the reference price. */
            slippage: string | null;
            fees: components["schemas"]["AssetAmountOut"][];
            /** @description What the resting part would keep out of the balance. */
            held: components["schemas"]["AssetAmountOut"] | null;
            balances_after: components["schemas"]["BalanceAfterOut"][];
            fill_policy: string;
            /** @description What would be ahead of the resting part at its price. */
            queue_ahead: string | null;
            /**
             * Format: double
             * @description How long the order would be on its way, on average; the fills are those without it.
             */
            latency_ms: number;
        };
        OrderPreviewOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["OrderPreviewOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description A session beside a backtest of the same strategy. */
        ParityOut: {
            /**
             * Format: int64
             * @description That filled.
             */
            backtest_orders: number;
            /**
             * Format: int64
             * @description That filled, in one bar each.
             */
            sandbox_orders: number;
            /**
             * Format: int64
             * @description With the same bar, side, quantity, price and fee.
             */
            alike: number;
            counts: components["schemas"]["DivergenceCountsOut"];
            divergences: components["schemas"]["DivergenceOut"][];
        };
        ParityOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["ParityOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description The return of a calendar month (`2026-11`) or year (`2026`), UTC. */
        PeriodReturnOut: {
            period: string;
            /** Format: double */
            value: number;
        };
        /** @description The autocorrelation of |returns| at lags 1, 2, … */
        PersistenceOut: {
            values: number[];
            /**
             * Format: double
             * @description What chance alone exceeds on either side once in twenty lags.
             */
            band: number;
        };
        /** @description One place of an operator. */
        PlaceOut: {
            name: string;
            /** @enum {string} */
            takes: "series" | "condition" | "window" | "number" | "group";
            default: string | null;
            least: string | null;
            most: string | null;
        };
        /** @description An order list right after it was placed, with the fills it had at once. */
        PlacedOrderListOut: {
            id: string;
            account: string;
            symbol: string;
            /** @enum {string} */
            type: "oco" | "oto" | "bracket";
            /** @enum {string} */
            status: "executing" | "done" | "rejected" | "canceled";
            status_reason: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            orders: components["schemas"]["ListedOrderOut"][];
            fills: components["schemas"]["FillOut"][];
        };
        PlacedOrderListOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["PlacedOrderListOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description An order right after it was placed, with the fills it had at once. */
        PlacedOrderOut: {
            id: string;
            account: string;
            symbol: string;
            /** @enum {string} */
            side: "buy" | "sell";
            /** @enum {string} */
            type: "market" | "limit" | "stop" | "stop_limit" | "take_profit" | "take_profit_limit" | "trailing_stop" | "trailing_stop_limit";
            /** @enum {string} */
            status: "accepted" | "pending" | "open" | "partially_filled" | "filled" | "canceled" | "rejected" | "expired";
            status_reason: string | null;
            quantity: string;
            notional: string | null;
            filled_quantity: string;
            remaining_quantity: string;
            price: string | null;
            stop_price: string | null;
            /** @description To eight digits, rounded half to even. */
            average_price: string | null;
            /** @enum {string} */
            time_in_force: "gtc" | "ioc" | "fok" | "gtd" | "day";
            post_only: boolean;
            client_order_id: string | null;
            fees: components["schemas"]["AssetAmountOut"][];
            order_list_id: string | null;
            fill_policy: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            replaced_at: string | null;
            /** Format: date-time */
            expires_at: string | null;
            trail_amount: string | null;
            trail_percent: string | null;
            limit_offset: string | null;
            /** @description The best price that a trailing stop has followed so far. */
            watermark: string | null;
            reduce_only: boolean;
            display_quantity: string | null;
            fills: components["schemas"]["FillOut"][];
        };
        PlacedOrderOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["PlacedOrderOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description The fill policy of the order, with all of its numbers. */
        PolicyOut: {
            name: string;
            /** @description Tells two forms of a policy apart. */
            digest: string;
            numbers: {
                [key: string]: string;
            };
        };
        /** @description What an account was worth over time, in its base currency, oldest first. */
        PortfolioHistoryOut: {
            account: string;
            /** Format: int64 */
            epoch: number;
            base_currency: string;
            period: string;
            interval: string;
            start_equity: string | null;
            end_equity: string | null;
            net_deposits: string | null;
            profit: string | null;
            profit_percent: string | null;
            /** @description Of all samples, those between points included. */
            max_drawdown_percent: string | null;
            /** @description Assets that came or went without a known rate. */
            not_counted: string[];
            points: components["schemas"]["PortfolioPointOut"][];
        };
        PortfolioHistoryOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["PortfolioHistoryOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description One point; deposits and profit are those since the beginning of the curve. */
        PortfolioPointOut: {
            /** Format: date-time */
            time: string;
            equity: string;
            net_deposits: string;
            /** @description Without deposits and withdrawals. */
            profit: string;
            /** @description Time-weighted; null once there was nothing left. */
            profit_percent: string | null;
            /** @description Below the highest point before. */
            drawdown_percent: string | null;
        };
        /** @description A position; quantity, value and cost are never negative, `side` says which way it is. */
        PositionOut: {
            symbol: string;
            /** @enum {string} */
            side: "long" | "short" | "flat";
            quantity: string;
            average_price: string | null;
            mark_price: string | null;
            market_value: string | null;
            cost_basis: string;
            unrealized_pnl: string | null;
            /** @description Before fees. */
            realized_pnl: string;
            fees: string;
            /** Format: date-time */
            opened_at: string | null;
            /** Format: int64 */
            leverage: number;
            /** @description Margin accounts only, as the following. */
            initial_margin: string | null;
            maintenance_margin: string | null;
            /** @description Null where no price of the symbol leads there. */
            liquidation_price: string | null;
        };
        PositionOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["PositionOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        PositionOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["PositionOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description A file to look at. What is not said is found in the file. */
        PreviewInRequest: {
            /**
             * Format: binary
             * @description CSV, Parquet, Feather, or a recording of a book; plain, gzipped or zipped.
             */
            file: string;
            /** @description BASE-QUOTE; needed when neither the file nor its name says it. */
            symbol?: string;
            /** @enum {string} */
            kind?: "candles" | "trades" | "quotes" | "depth";
            /** @description JSON: the column of each role, such as {"time": "date", "open": "o", …}; `time_format` too. */
            columns?: string;
            /**
             * @description Of bars with a bid and an ask; the spread is kept.
             * @default mid
             * @enum {string}
             */
            price: "mid" | "bid" | "ask";
            /** @description The asset that tickers without one (AAPL) are priced in; else USD. */
            quote?: string;
            /**
             * @description Take a panel of closing prices, a column for each symbol, as candles without a range.
             * @default false
             */
            closes: boolean;
        };
        /** @description The head of a file as an import would read it. */
        PreviewOut: {
            file_format: string;
            /** @enum {string|null} */
            kind: "candles" | "trades" | "quotes" | "depth" | null;
            /**
             * Format: int64
             * @description 0 when there is no header.
             */
            header_line: number;
            banner: string[];
            column_names: string[];
            /** @description The proposed column of each role. */
            columns: {
                [key: string]: string;
            };
            ignored_columns: string[];
            time_format: string | null;
            time_zone: string | null;
            symbol: string | null;
            rows: string[][];
            notes: string[];
            /** @description Why the layout is not recognised; send a column map then. */
            problem: string | null;
        };
        PreviewOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["PreviewOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description The gateway's process. */
        Process: {
            /** Format: int64 */
            pid: number;
            /** Format: int64 */
            memory_bytes: number;
            /**
             * Format: double
             * @description Share of one core since the last question.
             */
            cpu_percent: number;
            /** Format: double */
            cpu_seconds: number;
            /** Format: int64 */
            threads: number;
            /** Format: int64 */
            descriptors: number;
        };
        /** @description A parameter of a strategy in Python. */
        PythonParameterOut: {
            name: string;
            /** @enum {string} */
            kind: "int" | "float" | "bool";
            default: unknown;
            /** Format: double */
            least: number | null;
            /** Format: double */
            most: number | null;
        };
        /** @description The file of a strategy in Python as it was run. */
        PythonSourceOut: {
            name: string;
            sha256: string;
        };
        /** @description A strategy of the owner's in Python; GET backtests/python-strategies/ has the names and parameters. */
        PythonStrategyInRequest: {
            name: string;
            /** @description Values by name; the others keep their defaults. */
            parameters?: unknown;
        };
        /** @description A strategy of the owner's in Python, read and not run; `error` says why it cannot be used. */
        PythonStrategyOut: {
            name: string;
            /** @description The first line of its docstring. */
            summary: string;
            /** @enum {string|null} */
            form: "signals" | "on_bar" | null;
            parameters: components["schemas"]["PythonParameterOut"][];
            sha256: string | null;
            error: string | null;
        };
        PythonStrategyOutListAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["PythonStrategyOut"][];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description What was found in the file, and what was done about it. */
        QualityOut: {
            /** Format: int64 */
            rows: number;
            /** Format: date-time */
            to: string;
            interval: string | null;
            gaps: components["schemas"]["GapsOut"];
            /** @description Runs of missing bars while the market was closed, by its calendar. */
            breaks: components["schemas"]["GapsOut"];
            calendar: string;
            /**
             * Format: int64
             * @description Rows left out because another one has their time.
             */
            duplicates: number;
            /**
             * Format: int64
             * @description Those of them that had other values.
             */
            conflicting_duplicates: number;
            /** Format: int64 */
            out_of_order: number;
            order: string;
            /** Format: int64 */
            bad_rows: number;
            bad_row_reasons: {
                [key: string]: number;
            };
            bad_row_examples: components["schemas"]["BadRowOut"][];
            /** Format: int64 */
            blank_lines: number;
            /** Format: int64 */
            zero_volume: number;
            /**
             * Format: int64
             * @description Bars that do not open at a multiple of the interval.
             */
            off_grid: number;
            time_zone: string;
            time_format: string;
            file_format: string;
            banner: string[];
            /** @description The column taken for each role. */
            columns: {
                [key: string]: string;
            };
            ignored_columns: string[];
            /** @description What was changed. */
            repairs: string[];
            notes: string[];
            instrument: components["schemas"]["InstrumentNoteOut"] | null;
            /**
             * @description The worst finding that nothing has been done about.
             * @enum {string}
             */
            verdict: "good" | "usable" | "doubtful";
            /** @description The worst first. */
            findings: components["schemas"]["FindingOut"][];
            /** @description Whether a bar bears the time of its open or its close. */
            bar_time: components["schemas"]["GuessOut"] | null;
            /** @description The zone in which the times seem to be written. */
            zone: components["schemas"]["GuessOut"] | null;
            /** @description The repair that the findings suggest. */
            proposal: components["schemas"]["RepairPlanOut"] | null;
            repair: components["schemas"]["RepairDoneOut"] | null;
            /** Format: date-time */
            from: string;
        };
        QualityOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["QualityOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description The gateway is in service; `degraded` names what is not well and not required. */
        Ready: {
            /** @enum {string} */
            status: "ready" | "degraded";
            degraded: string[];
        };
        ReadyAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["Ready"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description Which states of volatility there were, and whether prices went somewhere. */
        RegimeIn: {
            /** @default 2 */
            states: number;
            /** @default 200 */
            iterations: number;
            /**
             * Format: int64
             * @default 0
             */
            seed: number;
            /**
             * @description Bars of the efficiency ratio.
             * @default 50
             */
            trend_window: number;
            /**
             * Format: double
             * @description From which ratio on there is a trend.
             * @default 0.3
             */
            trend_threshold: number;
        };
        /** @description Which states of volatility there were, and whether prices went somewhere. */
        RegimeInRequest: {
            /** @default 2 */
            states: number;
            /** @default 200 */
            iterations: number;
            /**
             * Format: int64
             * @default 0
             */
            seed: number;
            /**
             * @description Bars of the efficiency ratio.
             * @default 50
             */
            trend_window: number;
            /**
             * Format: double
             * @description From which ratio on there is a trend.
             * @default 0.3
             */
            trend_threshold: number;
        };
        /** @description States of volatility, the calmest first. */
        RegimeOut: {
            options: components["schemas"]["RegimeIn"];
            /** Format: double */
            bars_per_year: number;
            /** @description False: the search ended at its limit, and the states are a guess. */
            is_converged: boolean;
            /** Format: int64 */
            iterations: number;
            /** Format: double */
            log_likelihood: number;
            /** Format: double */
            aic: number;
            /** Format: double */
            bic: number;
            states: components["schemas"]["RegimeStateOut"][];
            /** @description From the state of the row to that of the column. */
            transitions: number[][];
            /** Format: int64 */
            current_state: number;
            series: components["schemas"]["RegimeSeriesOut"];
            trend: components["schemas"]["TrendOut"];
        };
        /** @description The smoothed probability of each state: `probabilities[state][point]`. */
        RegimeSeriesOut: {
            /** @description Opens of bars; as long as the other columns. */
            time: string[];
            probabilities: number[][];
        };
        /** @description One state of volatility; mean and volatility are annual. */
        RegimeStateOut: {
            /** Format: double */
            mean: number;
            /** Format: double */
            volatility: number;
            /**
             * Format: double
             * @description Of the bars, by probability.
             */
            share: number;
            /** Format: double */
            expected_duration_bars: number | null;
        };
        /** @description What its account `default` starts as; left out: as the main one does. */
        RehearsalAccountInRequest: {
            /**
             * @default cash
             * @enum {string}
             */
            type: "cash" | "margin";
            /** @default USDT */
            base_currency: string;
            /** @description Asset to amount; left out: 100000 of the base currency. */
            balances?: {
                [key: string]: string;
            } | null;
            /**
             * @description Margin accounts only.
             * @default false
             */
            allow_short: boolean;
            fees?: components["schemas"]["FeesInRequest"] | null;
            /** @description How orders fill: one of ideal, realistic, pessimistic, binance-spot, alpaca-paper, or an object with numbers of its own, such as {"preset": "pessimistic", "slippage_ticks": 2}. */
            fill_policy?: unknown;
        };
        /**
         * @description What plays in it, and with what it is traded.
         * @example {
         *       "name": "A bad Monday",
         *       "source": "simulated",
         *       "seed": 7,
         *       "speed": 60,
         *       "paused": false
         *     }
         */
        RehearsalInRequest: {
            /** @default  */
            name: string;
            /**
             * @default simulated
             * @enum {string}
             */
            source: "simulated" | "replay";
            /** @description For replay. */
            dataset?: string | null;
            /**
             * Format: int64
             * @description Of the simulation.
             * @default 1
             */
            seed: number;
            /**
             * Format: double
             * @description Times real time; 0: as fast as it goes.
             * @default 1
             */
            speed: number;
            /** @default false */
            paused: boolean;
            scenarios?: components["schemas"]["ScenarioInRequest"][];
            account?: components["schemas"]["RehearsalAccountInRequest"] | null;
        };
        /** @description A rehearsal that goes on. Its header is `X-Rehearsal: ID`, its streams are at `/ws?rehearsal=ID`. */
        RehearsalOut: {
            id: string;
            name: string;
            /** Format: date-time */
            created_at: string;
            /** Format: int64 */
            seed: number;
            /** Format: int64 */
            accounts: number;
            /**
             * Format: int64
             * @description In memory, live and ended.
             */
            orders: number;
            /** @description Always false: nothing of it outlives the process. */
            durable: boolean;
            /**
             * @description Of its feed.
             * @enum {string}
             */
            status: "running" | "paused" | "finished" | "failed" | "idle";
            source: string | null;
            dataset: string | null;
            symbols: string[];
            /** Format: double */
            speed: number;
            /**
             * Format: date-time
             * @description Of its market.
             */
            time: string;
        };
        RehearsalOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["RehearsalOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        RehearsalOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["RehearsalOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description What the account was worth when a bar closed, at its last price. */
        RehearsedEquityOut: {
            /** Format: date-time */
            time: string;
            equity: string;
        };
        /** @description What one order of a rehearsal did: all its fills together, or why it was refused. */
        RehearsedOrderOut: {
            order_id: string;
            symbol: string;
            /** @enum {string} */
            side: "buy" | "sell";
            /** @description `entry`, `exit`, `stop`, `trail`, `target`, `guard`, or what a program names its orders. */
            purpose: string;
            /**
             * Format: date-time
             * @description Of its first fill, by the market's clock.
             */
            time: string;
            quantity: string;
            /** @description The mean by quantity. */
            price: string | null;
            fee: string | null;
            refused: string | null;
        };
        RehearsedOrderOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["RehearsedOrderOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description What came of a rehearsal. */
        RehearsedResultOut: {
            performance: components["schemas"]["StrategyPerformanceOut"];
            /** @description Of all bars, below the highest before. */
            max_drawdown_percent: string | null;
            /** Format: date-time */
            from_time: string;
            /** Format: date-time */
            to_time: string;
            /** Format: int64 */
            bars: number;
            /** Format: int64 */
            signals: number;
            /** Format: int64 */
            ordered: number;
            /** Format: int64 */
            refused: number;
            /**
             * Format: int64
             * @description That filled or were refused; null: too many to be kept.
             */
            orders: number | null;
            /** @description At most 501 points; null in lists. */
            equity: components["schemas"]["RehearsedEquityOut"][] | null;
        };
        /** @description Where a repaired data set came from. */
        RepairDoneOut: {
            parent: string;
            /** @description The content hash of the data set that was repaired. */
            parent_hash: string;
            plan: components["schemas"]["RepairPlanOut"];
            steps: components["schemas"]["RepairStepOut"][];
        };
        /** @description What is to be done with a data set. What is not said changes nothing; `dry_run` says what would come of it. */
        RepairInRequest: {
            /** @default false */
            dry_run: boolean;
            /**
             * @description Of rows of one time that differed.
             * @default last
             * @enum {string}
             */
            duplicates: "last" | "first" | "refuse";
            /**
             * @description Rows whose prices contradict each other.
             * @default drop
             * @enum {string}
             */
            contradictions: "drop" | "refuse";
            /**
             * @description fill: flat bars without volume.
             * @default leave
             * @enum {string}
             */
            gaps: "leave" | "fill";
            /**
             * @description The bars the report lists as outliers.
             * @default keep
             * @enum {string}
             */
            outliers: "keep" | "drop";
            /**
             * @description What the file's times are; close: moved.
             * @default open
             * @enum {string}
             */
            bar_time: "open" | "close";
            /** @description The IANA zone the file's times were written in, or America/New_York+7h for FX brokers. */
            time_zone?: string | null;
        };
        /** @description The choices of a repair. */
        RepairPlanOut: {
            duplicates: string;
            contradictions: string;
            gaps: string;
            outliers: string;
            bar_time: string;
            time_zone: string | null;
        };
        /** @description One step of a repair. */
        RepairStepOut: {
            kind: string;
            /** Format: int64 */
            rows: number | null;
            text: string;
        };
        /**
         * @description New values for a live order; what is left out stays. `quantity` is the whole quantity, filled included.
         * @example {
         *       "quantity": "0.02",
         *       "price": "29000.00"
         *     }
         */
        ReplaceOrderInRequest: {
            quantity?: string | null;
            price?: string | null;
            stop_price?: string | null;
            expires_at?: string | null;
            trail_amount?: string | null;
            trail_percent?: string | null;
            limit_offset?: string | null;
            display_quantity?: string | null;
        };
        /**
         * @description A report to make.
         * @example {
         *       "kind": "performance",
         *       "format": "html",
         *       "name": "November"
         *     }
         */
        ReportInRequest: {
            /** @enum {string} */
            kind: "performance" | "trades" | "execution" | "risk" | "realised" | "statement" | "comparison" | "factor" | "data";
            /**
             * @default html
             * @enum {string}
             */
            format: "html" | "pdf" | "csv" | "xlsx" | "json";
            /** @default  */
            name: string;
            /** @description Left out: about the account itself. */
            backtest?: string | null;
            /** @description Its newest run, unless `run` names one. */
            strategy?: string | null;
            run?: string | null;
            backtests?: string[] | null;
            /** @description The newest run of each. */
            strategies?: string[] | null;
            accounts?: string[] | null;
            /** @description That judged a factor (factors/evaluate/). */
            job?: string | null;
            dataset?: string | null;
            /** @description Symbol beside which performance is shown; a backtest's own if left out. */
            benchmark?: string | null;
            /**
             * @description IANA name; times are shown in it.
             * @default UTC
             */
            time_zone: string;
            /**
             * @description Which lots a sale takes, for realised profit.
             * @default fifo
             * @enum {string}
             */
            method: "fifo" | "lifo" | "average";
            /**
             * Format: int64
             * @description Of the account; else the present one.
             */
            epoch?: number | null;
            /**
             * Format: date-time
             * @description By the market's clock.
             */
            from?: string | null;
            /**
             * Format: date-time
             * @description Not included.
             */
            to?: string | null;
        };
        /** @description A report that was made. */
        ReportOut: {
            id: string;
            /** @enum {string} */
            kind: "performance" | "trades" | "execution" | "risk" | "realised" | "statement" | "comparison" | "factor" | "data";
            /** @enum {string} */
            format: "html" | "pdf" | "csv" | "xlsx" | "json";
            name: string;
            title: string;
            /** @description As it was asked, with every default. */
            asked: unknown;
            /** @description Of all that it was made from. */
            data_hash: string;
            /** Format: int64 */
            size_bytes: number;
            /** @description SHA-256 of the file. */
            content_hash: string;
            /** @description That had it made. */
            schedule: string | null;
            /** Format: date-time */
            created_at: string;
            file_name: string;
        };
        ReportOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["ReportOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        ReportOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["ReportOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /**
         * @description What the next epoch starts with; left out: what the account was opened with.
         * @example {
         *       "balances": {
         *         "USDT": "100000",
         *         "BTC": "0.5"
         *       }
         *     }
         */
        ResetInRequest: {
            balances?: {
                [key: string]: string;
            } | null;
        };
        /**
         * @description What to let trade again.
         * @example {
         *       "scope": "account",
         *       "reason": "It was a drill."
         *     }
         */
        ResumeInRequest: {
            /**
             * @default account
             * @enum {string}
             */
            scope: "account" | "all";
            reason: string;
        };
        /** @description What was gained. `is_short_sample`: fewer than 30 days, so that nothing annual means much. */
        ReturnFiguresOut: {
            /** Format: double */
            start_equity: number;
            /** Format: double */
            end_equity: number;
            /** Format: double */
            profit: number;
            /** Format: double */
            total_return: number | null;
            /** Format: double */
            cagr: number | null;
            /** Format: int64 */
            days: number;
            /** Format: double */
            elapsed_days: number;
            is_short_sample: boolean;
            /** Format: double */
            best_day: number | null;
            /** Format: double */
            worst_day: number | null;
            /** Format: double */
            positive_days: number | null;
            months: components["schemas"]["PeriodReturnOut"][];
            years: components["schemas"]["PeriodReturnOut"][];
        };
        /** @description One change of one setting. */
        Revision: {
            /**
             * Format: int64
             * @description Rises by one with every change of any setting.
             */
            revision: number;
            key: string;
            /** @enum {string} */
            action: "set" | "reset" | "rollback";
            old_value: unknown;
            new_value: unknown;
            /** @description Whether it put the default back in force. */
            is_default: boolean;
            author: string;
            reason: string;
            /** Format: date-time */
            time: string;
            trace_id: string;
        };
        RevisionPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["Revision"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description How it was gained, from daily returns; annual figures by `days_per_year`. */
        RiskFiguresOut: {
            /** Format: int64 */
            days_per_year: number;
            /** Format: double */
            volatility: number | null;
            /** Format: double */
            downside_deviation: number | null;
            /** Format: double */
            sharpe: number | null;
            /** Format: double */
            sortino: number | null;
            /** Format: double */
            calmar: number | null;
            /** Format: double */
            omega: number | null;
            /** Format: double */
            value_at_risk_95: number | null;
            /** Format: double */
            expected_shortfall_95: number | null;
            /** Format: double */
            skew: number | null;
            /** Format: double */
            kurtosis: number | null;
            /** Format: double */
            tail_ratio: number | null;
            /** Format: double */
            probabilistic_sharpe: number | null;
            /** Format: double */
            minimum_track_record_days: number | null;
        };
        /**
         * @description The whole set of an account's limits. What is left out or null is left to the installation's settings.
         * @example {
         *       "max_order_notional": "5000",
         *       "price_collar_percent": "5",
         *       "max_daily_loss": "1000",
         *       "max_drawdown_percent": "20",
         *       "symbols": [
         *         {
         *           "symbol": "BTC-USDT",
         *           "max_position_quantity": "0.5"
         *         }
         *       ],
         *       "on_breach": "HALTED",
         *       "close_on_breach": true
         *     }
         */
        RiskLimitsInRequest: {
            /** @description Of one order, in its quote asset. */
            max_order_notional?: string | null;
            /** @description Of one symbol, with all open orders, in its quote asset. */
            max_position_notional?: string | null;
            max_open_orders?: number | null;
            /** @description Placed or changed, by the market's clock. */
            max_orders_per_second?: number | null;
            /** @description From the last price. */
            price_collar_percent?: string | null;
            /** @description Gross exposure as a multiple of equity. */
            max_leverage?: string | null;
            /** @description Of the equity in one symbol, with all open orders. */
            max_concentration_percent?: string | null;
            /** @description In the base currency, since the market's day began (UTC). */
            max_daily_loss?: string | null;
            /** @description Below the epoch's highest equity; at most 100. */
            max_drawdown_percent?: string | null;
            restricted_symbols?: string[] | null;
            symbols?: components["schemas"]["SymbolLimitsInRequest"][] | null;
            /**
             * @description What a broken max_daily_loss or max_drawdown_percent does.
             * @default HALTED
             * @enum {string}
             */
            on_breach: "REDUCING" | "HALTED";
            /**
             * @description Then also close every position.
             * @default false
             */
            close_on_breach: boolean;
        };
        /** @description A set of limits; null is no limit. */
        RiskLimitsOut: {
            max_order_notional: string | null;
            max_position_notional: string | null;
            /** Format: int64 */
            max_open_orders: number | null;
            /** Format: int64 */
            max_orders_per_second: number | null;
            price_collar_percent: string | null;
            max_leverage: string | null;
            max_concentration_percent: string | null;
            max_daily_loss: string | null;
            max_drawdown_percent: string | null;
            restricted_symbols: string[];
            symbols: components["schemas"]["SymbolLimitsOut"][];
            /** @enum {string} */
            on_breach: "ACTIVE" | "REDUCING" | "HALTED";
            close_on_breach: boolean;
        };
        /** @description The risk of an account; `state` is the stricter of its own and everybody's. */
        RiskOut: {
            account: string;
            /** @enum {string} */
            state: "ACTIVE" | "REDUCING" | "HALTED";
            account_state: components["schemas"]["TradingStateOut"];
            global_state: components["schemas"]["TradingStateOut"];
            base_currency: string;
            equity: string | null;
            exposure: components["schemas"]["ExposureOut"];
            limits: components["schemas"]["LimitUseOut"][];
            tail_risk: components["schemas"]["TailRiskOut"];
        };
        RiskOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["RiskOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /**
         * @description Where to go back to.
         * @example {
         *       "revision": 0,
         *       "reason": "It did not help."
         *     }
         */
        RollbackInRequest: {
            /**
             * Format: int64
             * @description One of the key's revisions, whose value is to hold again; 0: as before the first.
             */
            revision: number;
            /** @default  */
            reason: string;
        };
        /** @description The correlation of two symbols over time. */
        RollingCorrelationOut: {
            pair: string[];
            /** Format: int64 */
            window: number;
            /** @description Opens of bars; as long as the other columns. */
            time: string[];
            /** @description Null where one of them stood still. */
            values: (number | null)[];
        };
        /** @description A round trip; money in the quote asset. */
        RoundTripOut: {
            symbol: string;
            /** @enum {string} */
            side: "long" | "short";
            /** Format: double */
            quantity: number;
            /** Format: double */
            entry_price: number;
            /** Format: double */
            exit_price: number;
            /** Format: date-time */
            entry_time: string;
            /** Format: date-time */
            exit_time: string;
            /** Format: double */
            fees: number;
            /**
             * Format: double
             * @description After fees.
             */
            profit: number;
            /**
             * Format: double
             * @description The worst it stood at.
             */
            mae: number;
            /**
             * Format: double
             * @description The best it stood at.
             */
            mfe: number;
            /**
             * Format: double
             * @description What the nearer stop would have lost.
             */
            risk: number | null;
            /** @description Whether the bars do not say what came first. */
            is_ambiguous: boolean;
        };
        RoundTripOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["RoundTripOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /**
         * @description What is to happen. Each kind takes its own numbers: see `docs/feed.md`.
         * @example {
         *       "kind": "crash",
         *       "symbols": [
         *         "BTC-USDT"
         *       ],
         *       "percent": 12.5,
         *       "duration_seconds": 300,
         *       "seed": 7
         *     }
         */
        ScenarioInRequest: {
            /** @enum {string} */
            kind: "crash" | "gap" | "spread" | "thin_book" | "halt";
            /** @description Default: all that are fed. */
            symbols?: string[] | null;
            /**
             * Format: date-time
             * @description Market time; default: now.
             */
            start?: string | null;
            /**
             * Format: double
             * @description Of market time: how long a crash falls, how long the others last. A gap without it stays.
             */
            duration_seconds?: number | null;
            /**
             * Format: double
             * @description How far a crash falls, how far a gap jumps (negative: down), how much of the depth is gone.
             */
            percent?: number | null;
            /**
             * Format: double
             * @description How much wider the spread is.
             */
            times?: number | null;
            /**
             * Format: double
             * @description Of a crash; default: as long as it fell.
             */
            recovery_seconds?: number | null;
            /**
             * Format: double
             * @description How much of its fall a crash wins back; default 0.
             */
            recovery_percent?: number | null;
            /**
             * Format: int64
             * @description The same seed: the same course.
             * @default 1
             */
            seed: number;
        };
        /** @description A scenario and how it stands by the market's clock. */
        ScenarioOut: {
            id: string;
            /** @enum {string} */
            kind: "crash" | "gap" | "spread" | "thin_book" | "halt";
            symbols: string[];
            /**
             * @description Lasting: it is over and the price stays changed until it is ended.
             * @enum {string}
             */
            status: "scheduled" | "active" | "lasting" | "ended";
            /** Format: date-time */
            start: string;
            /**
             * Format: date-time
             * @description When it has run its course, or was ended. Null: it stays.
             */
            end: string | null;
            /** Format: double */
            duration_seconds: number | null;
            /** Format: double */
            percent: number | null;
            /** Format: double */
            times: number | null;
            /** Format: double */
            recovery_seconds: number | null;
            /** Format: double */
            recovery_percent: number | null;
            /** Format: int64 */
            seed: number;
        };
        ScenarioOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["ScenarioOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        ScenarioOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["ScenarioOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /**
         * @description What of a schedule is to change.
         * @example {
         *       "enabled": false
         *     }
         */
        ScheduleChangeInRequest: {
            /** @description daily, weekly, monthly (at midnight), or five fields of cron; in the time zone. */
            every?: string | null;
            /**
             * @description Back from the due time by the market's clock (1m: 30 days); all: the whole epoch.
             * @enum {string|null}
             */
            span?: "1d" | "1w" | "1m" | "3m" | "1y" | "all" | null;
            /** @description Reports of it that stay; older ones are deleted. */
            keep?: number | null;
            enabled?: boolean | null;
        };
        /**
         * @description A report of an account to make again and again.
         * @example {
         *       "kind": "statement",
         *       "format": "pdf",
         *       "name": "Every morning",
         *       "every": "30 6 * * *",
         *       "span": "1d"
         *     }
         */
        ScheduleInRequest: {
            /** @enum {string} */
            kind: "performance" | "trades" | "execution" | "risk" | "realised" | "statement" | "comparison" | "factor" | "data";
            /**
             * @default html
             * @enum {string}
             */
            format: "html" | "pdf" | "csv" | "xlsx" | "json";
            /** @default  */
            name: string;
            /** @description Left out: about the account itself. */
            backtest?: string | null;
            /** @description Its newest run, unless `run` names one. */
            strategy?: string | null;
            run?: string | null;
            backtests?: string[] | null;
            /** @description The newest run of each. */
            strategies?: string[] | null;
            accounts?: string[] | null;
            /** @description That judged a factor (factors/evaluate/). */
            job?: string | null;
            dataset?: string | null;
            /** @description Symbol beside which performance is shown; a backtest's own if left out. */
            benchmark?: string | null;
            /**
             * @description IANA name; times are shown in it.
             * @default UTC
             */
            time_zone: string;
            /**
             * @description Which lots a sale takes, for realised profit.
             * @default fifo
             * @enum {string}
             */
            method: "fifo" | "lifo" | "average";
            /** @description daily, weekly, monthly (at midnight), or five fields of cron; in the time zone. */
            every: string;
            /**
             * @description Back from the due time by the market's clock (1m: 30 days); all: the whole epoch.
             * @default 1d
             * @enum {string}
             */
            span: "1d" | "1w" | "1m" | "3m" | "1y" | "all";
            /**
             * @description Reports of it that stay; older ones are deleted.
             * @default 30
             */
            keep: number;
        };
        /** @description A schedule with when it is due, and what came of it last. */
        ScheduleOut: {
            id: string;
            name: string;
            /** @description Five fields of cron. */
            every: string;
            time_zone: string;
            /** @enum {string} */
            span: "1d" | "1w" | "1m" | "3m" | "1y" | "all";
            /** Format: int64 */
            keep: number;
            enabled: boolean;
            /** @description What is made. */
            asked: unknown;
            /**
             * Format: date-time
             * @description Null while it is off.
             */
            next_at: string | null;
            /** Format: date-time */
            last_due_at: string | null;
            last_job: string | null;
            /** @description Why there is no report of the last due time. */
            last_error: string | null;
            /** Format: date-time */
            created_at: string;
        };
        ScheduleOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["ScheduleOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        ScheduleOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["ScheduleOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description A sweep or a walk forward. */
        SearchOut: {
            id: string;
            /** @enum {string} */
            kind: "sweep" | "walk_forward";
            name: string;
            /** Format: date-time */
            created_at: string;
            data_hash: string;
            python: components["schemas"]["PythonSourceOut"] | null;
            spec: unknown;
            /** @description The best, how alone it stands, how likely it was chosen by chance; or the windows. */
            result: unknown;
        };
        SearchOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["SearchOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description A sweep or a walk forward in a list. */
        SearchOutline: {
            id: string;
            /** @enum {string} */
            kind: "sweep" | "walk_forward";
            name: string;
            /** Format: date-time */
            created_at: string;
            data_hash: string;
            python: components["schemas"]["PythonSourceOut"] | null;
        };
        SearchOutlinePageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["SearchOutline"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description The returns of one hour, weekday, month or part of the month. */
        SeasonGroupOut: {
            label: string;
            /** Format: int64 */
            count: number;
            /** Format: double */
            mean: number | null;
            /** Format: double */
            median: number | null;
            /**
             * Format: double
             * @description The mean over its standard error.
             */
            t: number | null;
            /**
             * Format: double
             * @description Share of returns above 0.
             */
            positive: number | null;
        };
        /** @description When a symbol moves. */
        SeasonalityIn: {
            /**
             * @description In which hours and days begin.
             * @default utc
             * @enum {string}
             */
            zone: "utc" | "calendar";
        };
        /** @description When a symbol moves. */
        SeasonalityInRequest: {
            /**
             * @description In which hours and days begin.
             * @default utc
             * @enum {string}
             */
            zone: "utc" | "calendar";
        };
        /** @description When a symbol moves: hours by the returns of bars, the rest by those of days. */
        SeasonalityOut: {
            options: components["schemas"]["SeasonalityIn"];
            /** @description The zone of the groups, as the IANA database calls it. */
            zone: string;
            /** Format: int64 */
            days: number;
            /** @description Empty for bars of a day or longer. */
            hours: components["schemas"]["SeasonGroupOut"][];
            weekdays: components["schemas"]["SeasonGroupOut"][];
            months: components["schemas"]["SeasonGroupOut"][];
            turn_of_month: components["schemas"]["SeasonGroupOut"][];
        };
        /** @description A series of candles that can be read: of the store, or a data set (as the source `dataset:ID`). */
        SeriesOut: {
            source: string;
            symbol: string;
            interval: string;
            /** Format: int64 */
            rows: number;
            /** @description Of all of it; for a data set the one it was imported under. */
            content_hash: string;
            /**
             * Format: int64
             * @description Of the data; null when they are no plain decimals.
             */
            price_decimals: number | null;
            /**
             * Format: int64
             * @description Of the data; null when they are no plain decimals.
             */
            volume_decimals: number | null;
            /** Format: int64 */
            size_bytes: number;
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
        };
        SeriesOutListAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["SeriesOut"][];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description An internal part and how it is doing; null where it has no such figure. */
        Service: {
            name: string;
            /** @enum {string} */
            state: "stopped" | "starting" | "running" | "idle" | "degraded" | "failed";
            /** Format: date-time */
            since: string | null;
            last_error: string | null;
            /** Format: double */
            latency_ms: number | null;
            /**
             * Format: double
             * @description Used share of its capacity, 0 to 1.
             */
            load: number | null;
            detail: string;
            restartable: boolean;
        };
        ServiceAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["Service"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        ServicePageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["Service"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description A setting: what is in force, where that comes from, and what may be set. */
        Setting: {
            key: string;
            /** @description The first part of the key. */
            group: string;
            /** @enum {string} */
            type: "int" | "float" | "decimal" | "bool" | "text" | "choice";
            /** @description What is in force; a decimal is text. */
            value: unknown;
            /** @description What DELETE goes back to. */
            default: unknown;
            /**
             * @description Where the value comes from.
             * @enum {string}
             */
            source: "default" | "environment" | "revision";
            unit: string;
            why: string;
            minimum: unknown;
            maximum: unknown;
            choices: string[] | null;
            /** @description The environment variable that sets the default. */
            variable: string | null;
            /**
             * Format: int64
             * @description The newest revision of this key; 0: it never changed.
             */
            revision: number;
            /** Format: date-time */
            changed_at: string | null;
            changed_by: string | null;
            reason: string | null;
            /** @description Why the value that was set is not in force. */
            fault: string | null;
        };
        SettingAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["Setting"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        SettingPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["Setting"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description The round trips of one side. */
        SideFiguresOut: {
            /** Format: int64 */
            count: number;
            /** Format: double */
            profit: number;
            /** Format: double */
            win_rate: number | null;
        };
        /** @description How much: `fixed` (quantity), `equity_share` (percent), `volatility_target` or `risk_per_trade` (percent). */
        SizingInRequest: {
            /** @enum {string} */
            kind: "fixed" | "equity_share" | "volatility_target" | "risk_per_trade";
            quantity?: string | null;
            /** @description Of equity; for risk_per_trade what a stop loses. */
            percent?: string | null;
            /** @description The volatility aimed at. */
            annual_percent?: string | null;
            /**
             * Format: int64
             * @description Bars that volatility is measured over.
             */
            bars?: number | null;
            /** Format: int64 */
            bars_per_year?: number | null;
        };
        /** @description What the hedge leaves over, and its distance from the mean in deviations of all bars. */
        SpreadOut: {
            /** Format: double */
            deviation: number;
            /** Format: double */
            latest_z: number;
            /** @description Opens of bars; as long as the other columns. */
            time: string[];
            values: number[];
            z: number[];
        };
        /**
         * @description What is to change; anything of the spec makes a new version. `strategy` is replaced as a whole.
         * @example {
         *       "strategy": {
         *         "long_entry": "cross_above(sma(close, p.fast), sma(close, p.slow))",
         *         "long_exit": "cross_below(sma(close, p.fast), sma(close, p.slow))",
         *         "parameters": {
         *           "fast": 10,
         *           "slow": 30
         *         },
         *         "stop": {
         *           "kind": "percent",
         *           "percent": "2"
         *         }
         *       },
         *       "note": "faster"
         *     }
         */
        StrategyChangeInRequest: {
            symbols?: string[] | null;
            /** @enum {string|null} */
            interval?: "1m" | "5m" | "15m" | "1h" | "4h" | "1d" | null;
            strategy?: components["schemas"]["StrategyRulesInRequest"] | null;
            /** @description In place of conditions: a `kind` (dca, grid, twap, vwap, iceberg, pairs) and its numbers. */
            program?: unknown;
            /** @description By parameter `{least, most}`: between which values a run may start with. */
            bounds?: unknown;
            allow_short?: boolean | null;
            leverage?: number | null;
            max_open_positions?: number | null;
            /** @description Of equity, of one entry. */
            max_share_percent?: string | null;
            name?: string | null;
            notes?: string | null;
            /**
             * @description Stays with the new version.
             * @default
             */
            note: string;
        };
        /** @description A distance: `fixed` (amount in price), `percent`, or `atr` (multiple of the average true range of `bars`). */
        StrategyDistanceInRequest: {
            /** @enum {string} */
            kind: "fixed" | "percent" | "atr";
            amount?: string | null;
            percent?: string | null;
            multiple?: string | null;
            /** Format: int64 */
            bars?: number | null;
        };
        /** @description Bars that came while the run did not follow; none of them was traded. */
        StrategyGapOut: {
            symbol: string;
            /** Format: date-time */
            from_time: string | null;
            /** Format: date-time */
            to_time: string | null;
            reason: string;
        };
        /** @description When to be in the market, and how much: conditions of the expression language, or a strategy in Python. */
        StrategyInRequest: {
            long_entry?: string | null;
            long_exit?: string | null;
            short_entry?: string | null;
            short_exit?: string | null;
            /** @description Numbers by name, for p.name in the conditions. */
            parameters?: unknown;
            python?: components["schemas"]["PythonStrategyInRequest"] | null;
            sizing?: components["schemas"]["SizingInRequest"] | null;
            stop?: components["schemas"]["DistanceInRequest"] | null;
            target?: components["schemas"]["DistanceInRequest"] | null;
            trailing?: components["schemas"]["DistanceInRequest"] | null;
        };
        /** @description A strategy with its newest version and the runs that go on. */
        StrategyOut: {
            id: string;
            account: string;
            name: string;
            notes: string;
            template: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            version: components["schemas"]["StrategyVersionOut"];
            runs: components["schemas"]["StrategyRunOut"][];
        };
        StrategyOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["StrategyOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        StrategyOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["StrategyOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description How a run is doing, in its account's base currency. */
        StrategyPerformanceOut: {
            run_id: string;
            account: string;
            base_currency: string;
            start_equity: string | null;
            equity: string;
            profit: string | null;
            profit_percent: string | null;
            fees: string;
            /** Format: int64 */
            fills: number;
            /**
             * Format: int64
             * @description Round trips: from flat to flat.
             */
            trips: number;
            /** Format: int64 */
            winning_trips: number;
            win_percent: string | null;
            profit_of_trips: string;
            average_profit: string | null;
            /** @description Whether all fills since the start were looked at. */
            is_whole: boolean;
            positions: components["schemas"]["PositionOut"][];
            newest_trips: components["schemas"]["StrategyTripOut"][];
        };
        StrategyPerformanceOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["StrategyPerformanceOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description A rehearsal of a strategy; while it goes on, `rehearsal` is what X-Rehearsal looks into it with. */
        StrategyRehearsalOut: {
            id: string;
            strategy_id: string;
            strategy: string;
            /** Format: int64 */
            version: number;
            parameters: unknown;
            symbols: string[];
            interval: string;
            /** @description Of the first symbol. */
            dataset: string;
            /** @description Of all symbols, in their order. */
            datasets: string[];
            /** Format: date-time */
            start: string | null;
            /** Format: date-time */
            end: string | null;
            cash: string | null;
            fees: components["schemas"]["FeesIn"] | null;
            fill_policy: unknown;
            /** @enum {string} */
            state: "running" | "finished" | "failed" | "canceled" | "interrupted";
            /** @description Why it ended. */
            reason: string;
            rehearsal: string | null;
            run_id: string;
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            ended_at: string | null;
            /**
             * Format: double
             * @description The share of the data that has played, 0 to 1.
             */
            progress: number;
            result: components["schemas"]["RehearsedResultOut"] | null;
        };
        StrategyRehearsalOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["StrategyRehearsalOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        StrategyRehearsalOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["StrategyRehearsalOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /**
         * @description What is rehearsed on, and how the run starts: the newest version, on an account of its own.
         * @example {
         *       "dataset": "01a2…",
         *       "cash": "10000",
         *       "fees": {
         *         "maker_bps": 2,
         *         "taker_bps": 5
         *       }
         *     }
         */
        StrategyRehearseInRequest: {
            /** @description A data set of the symbol that the strategy trades. */
            dataset?: string | null;
            /** @description In its place for several symbols: a data set of each, in any order. */
            datasets?: string[] | null;
            /**
             * Format: date-time
             * @description Left out: the first bar of the data.
             */
            start?: string | null;
            /**
             * Format: date-time
             * @description Before this time. Left out: to the end of the data.
             */
            end?: string | null;
            /** Format: int64 */
            version?: number | null;
            /** @description Other values, within the version's bounds. */
            parameters?: unknown;
            /** @description Of the quote asset; 100000 unless said. */
            cash?: string | null;
            /** @description How orders fill: one of ideal, realistic, pessimistic, binance-spot, alpaca-paper, or an object with numbers of its own, such as {"preset": "pessimistic", "slippage_ticks": 2}. */
            fill_policy?: unknown;
            fees?: components["schemas"]["FeesInRequest"] | null;
        };
        /** @description When to be in the market, and how much: that of a backtest. */
        StrategyRulesInRequest: {
            long_entry?: string | null;
            long_exit?: string | null;
            short_entry?: string | null;
            short_exit?: string | null;
            /** @description Numbers by name, for p.name in the conditions. */
            parameters?: unknown;
            sizing?: components["schemas"]["StrategySizingInRequest"] | null;
            stop?: components["schemas"]["StrategyDistanceInRequest"] | null;
            target?: components["schemas"]["StrategyDistanceInRequest"] | null;
            trailing?: components["schemas"]["StrategyDistanceInRequest"] | null;
        };
        /** @description A run of a version. Bars, signals and what came of them are counted since the server took the run up. */
        StrategyRunOut: {
            id: string;
            strategy_id: string;
            strategy: string;
            /** Format: int64 */
            version: number;
            /** @description The account that it trades on. */
            account: string;
            own_account: boolean;
            symbols: string[];
            interval: string;
            parameters: unknown;
            /** @enum {string} */
            state: "starting" | "running" | "stopped" | "failed";
            /** @description Why it ended. */
            reason: string;
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            ended_at: string | null;
            /** @description What it needs before it acts. */
            waiting_for: string | null;
            /** Format: int64 */
            bars: number;
            /** Format: int64 */
            signals: number;
            /** Format: int64 */
            ordered: number;
            /** Format: int64 */
            refused: number;
            /** Format: double */
            slowest_ms: number;
            /** @description By symbol, when the newest bar opened that it acted on. */
            last_bars: {
                [key: string]: string;
            };
            gaps: components["schemas"]["StrategyGapOut"][];
        };
        StrategyRunOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["StrategyRunOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        StrategyRunOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["StrategyRunOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description What a run said at the close of a bar, the values that made it, and what came of it. */
        StrategySignalOut: {
            id: string;
            run_id: string;
            symbol: string;
            /**
             * Format: date-time
             * @description When the bar opened.
             */
            bar_time: string;
            /**
             * Format: date-time
             * @description By the market's clock.
             */
            time: string;
            /** @description The conditions that were true. */
            said: string[];
            /** @description What the conditions compare; null while unknown. */
            values: unknown;
            /** @enum {string} */
            outcome: "ordered" | "refused" | "nothing";
            reason: string;
            text: string;
            order_ids: string[];
        };
        StrategySignalOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["StrategySignalOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description How much: `fixed` (quantity), `equity_share` (percent), `volatility_target` or `risk_per_trade` (percent). */
        StrategySizingInRequest: {
            /** @enum {string} */
            kind: "fixed" | "equity_share" | "volatility_target" | "risk_per_trade";
            quantity?: string | null;
            percent?: string | null;
            annual_percent?: string | null;
            /** Format: int64 */
            bars?: number | null;
            /** Format: int64 */
            bars_per_year?: number | null;
        };
        /**
         * @description How a run starts: the newest version on an account of its own, unless said otherwise.
         * @example {
         *       "parameters": {},
         *       "cash": "10000"
         *     }
         */
        StrategyStartInRequest: {
            /** Format: int64 */
            version?: number | null;
            /** @description Other values, within the version's bounds. */
            parameters?: unknown;
            /**
             * @description false: it trades on the account of X-Account. An account of its own needs the scope admin.
             * @default true
             */
            own_account: boolean;
            /** @description Of the quote asset; 100000 unless said. */
            cash?: string | null;
            /** @description How orders fill: one of ideal, realistic, pessimistic, binance-spot, alpaca-paper, or an object with numbers of its own, such as {"preset": "pessimistic", "slippage_ticks": 2}. */
            fill_policy?: unknown;
            fees?: components["schemas"]["FeesInRequest"] | null;
            risk_limits?: components["schemas"]["RiskLimitsInRequest"] | null;
            /**
             * @description false: it acts as soon as its conditions have values, as a backtest from the first bar does.
             * @default true
             */
            wait_for_warm_up: boolean;
        };
        /**
         * @description What becomes of orders and positions: `leave` them, `cancel` the orders, or `close` the positions as well.
         * @example {
         *       "mode": "close"
         *     }
         */
        StrategyStopInRequest: {
            /**
             * @default leave
             * @enum {string}
             */
            mode: "leave" | "cancel" | "close";
            /** @description One run; left out: all of the strategy. */
            run?: string | null;
        };
        /** @description A template and the spec that it begins with; it lacks symbols. */
        StrategyTemplateOut: {
            /** @enum {string} */
            name: "sma-cross" | "ema-cross" | "rsi-reversion" | "donchian-breakout" | "bollinger-reversion" | "macd-trend" | "dca" | "grid" | "twap" | "vwap" | "iceberg" | "pairs";
            title: string;
            description: string;
            spec: unknown;
        };
        StrategyTemplateOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["StrategyTemplateOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description A position from its first fill to its last; profit is after fees. */
        StrategyTripOut: {
            symbol: string;
            /** @enum {string} */
            side: "long" | "short";
            quantity: string;
            /** Format: date-time */
            opened_at: string;
            /** Format: date-time */
            closed_at: string;
            profit: string;
            fees: string;
        };
        /** @description A version; it never changes. */
        StrategyVersionOut: {
            /** Format: int64 */
            version: number;
            note: string;
            /** Format: date-time */
            created_at: string;
            symbols: string[];
            interval: string;
            strategy: unknown;
            program: unknown;
            bounds: unknown;
            allow_short: boolean;
            /** Format: int64 */
            leverage: number;
            /** Format: int64 */
            max_open_positions: number | null;
            max_share_percent: string | null;
            /**
             * Format: int64
             * @description How much history its conditions ask for.
             */
            warm_up_bars: number;
        };
        StrategyVersionOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["StrategyVersionOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description Something that was changed. */
        SubjectOut: {
            kind: string;
            id: string;
        };
        /**
         * @description A backtest for many values of its parameters; `stop`, `target` and `trailing` vary the size of that distance.
         * @example {
         *       "symbols": [
         *         "BTC-USDT"
         *       ],
         *       "interval": "1h",
         *       "strategy": {
         *         "long_entry": "cross_above(sma(close, p.fast), sma(close, p.slow))",
         *         "long_exit": "cross_below(sma(close, p.fast), sma(close, p.slow))"
         *       },
         *       "parameters": {
         *         "fast": {
         *           "from": 5,
         *           "to": 50,
         *           "step": 5
         *         },
         *         "slow": {
         *           "values": [
         *             50,
         *             100,
         *             200
         *           ]
         *         }
         *       },
         *       "rising": [
         *         [
         *           "fast",
         *           "slow"
         *         ]
         *       ]
         *     }
         */
        SweepInRequest: {
            symbols?: string[] | null;
            datasets?: string[] | null;
            interval: string;
            name?: string | null;
            notes?: string | null;
            strategy?: components["schemas"]["StrategyInRequest"] | null;
            /** @description In place of a strategy: a program as strategies have it, such as a grid. Not in sweeps. */
            program?: unknown;
            fills?: components["schemas"]["FillRulesInRequest"] | null;
            fees?: components["schemas"]["BacktestFeesInRequest"] | null;
            limits?: components["schemas"]["LimitsInRequest"] | null;
            /** @description Of the quote asset; 100000 unless said. */
            starting_cash?: string | null;
            /** @default false */
            allow_short: boolean;
            /**
             * Format: int64
             * @default 1
             */
            leverage: number;
            /** @default false */
            close_at_end: boolean;
            /** Format: int64 */
            delisted_after_bars?: number | null;
            /** @description By name `{from, to, step}` or `{values}`. */
            parameters: unknown;
            /** @description Pairs of names: the first has the smaller value. */
            rising?: unknown;
            /** @description Draw so many; null: all. */
            samples?: number | null;
            /**
             * Format: int64
             * @default 0
             */
            seed: number;
            /**
             * @default sharpe
             * @enum {string}
             */
            metric: "sharpe" | "total_return" | "max_drawdown" | "profit_factor" | "trades";
            /** @default 1 */
            least_trades: number;
            /**
             * Format: date-time
             * @description Bars that open from here on.
             */
            from?: string | null;
            /**
             * Format: date-time
             * @description Bars that open before.
             */
            to?: string | null;
        };
        /** @description Limits of one symbol; what is left out is not limited. */
        SymbolLimitsInRequest: {
            symbol: string;
            max_order_quantity?: string | null;
            /** @description With all open orders. */
            max_position_quantity?: string | null;
            /** @description In the quote asset. */
            max_position_notional?: string | null;
        };
        /** @description Limits of one symbol. */
        SymbolLimitsOut: {
            symbol: string;
            max_order_quantity: string | null;
            max_position_quantity: string | null;
            max_position_notional: string | null;
        };
        /** @description An instrument. */
        SymbolOut: {
            symbol: string;
            base: string;
            quote: string;
            tick_size: string;
            lot_size: string;
            min_notional: string;
            /** @description Of one order. */
            min_quantity: string;
            /** @description Of one order; null where the venue has no limit. */
            max_quantity: string | null;
            fees: components["schemas"]["VenueFeesOut"];
            /** @description 24/7, fx, equities, or an exchange's code such as XNYS. */
            calendar: string;
        };
        SymbolOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["SymbolOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        SymbolOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["SymbolOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description Versions, process, disk, and the settings that are no secret. */
        SystemInfo: {
            version: string;
            python: string;
            system: string;
            server: string;
            libraries: {
                [key: string]: string;
            };
            /** Format: date-time */
            started_at: string;
            /** Format: double */
            uptime_seconds: number;
            /** Format: int64 */
            cores: number;
            process: components["schemas"]["Process"];
            disk: components["schemas"]["Disk"];
            config: unknown;
        };
        SystemInfoAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["SystemInfo"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description The server's clock, and the main market's. */
        SystemTime: {
            /** Format: date-time */
            time: string;
            /** Format: int64 */
            epoch_ns: number;
            /** Format: int64 */
            epoch_ms: number;
            /** Format: date-time */
            market_time: string | null;
        };
        SystemTimeAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["SystemTime"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description What may be lost at one confidence, in the base currency. */
        TailOut: {
            /** Format: int64 */
            confidence_percent: number;
            value_at_risk: string;
            expected_shortfall: string;
        };
        /** @description Historical value at risk and expected shortfall; without levels, the reason why there are none. */
        TailRiskOut: {
            method: string;
            /** @description The time in which so much may be lost. */
            horizon: string | null;
            /**
             * Format: int64
             * @description Moves of the prices that were looked at.
             */
            sample: number;
            /** Format: date-time */
            since: string | null;
            /** Format: date-time */
            until: string | null;
            levels: components["schemas"]["TailOut"][];
            reason: string | null;
        };
        /**
         * @description The second order of an oto.
         * @example {
         *       "price": "66000.00"
         *     }
         */
        ThenInRequest: {
            /**
             * @description Left out: the other one.
             * @enum {string|null}
             */
            side?: "buy" | "sell" | null;
            /**
             * @description Left out: what its prices make of it, such as a stop of a `stop_price` alone.
             * @enum {string|null}
             */
            type?: "market" | "limit" | "stop" | "stop_limit" | "take_profit" | "take_profit_limit" | "trailing_stop" | "trailing_stop_limit" | null;
            /** @description For limit, stop_limit and take_profit_limit. */
            price?: string | null;
            /** @description The trigger of stop, stop_limit, take_profit and take_profit_limit. */
            stop_price?: string | null;
            /**
             * @description Default gtc; ioc for a market order. gtd ends at `expires_at`, day with the market's session.
             * @enum {string|null}
             */
            time_in_force?: "gtc" | "ioc" | "fok" | "gtd" | "day" | null;
            /** @default false */
            post_only: boolean;
            /** @description Unique in the account for ever. */
            client_order_id?: string | null;
            /** @description For gtd: when it ends, by the market's clock. */
            expires_at?: string | null;
            /** @description How far a trailing stop stays behind the best price. */
            trail_amount?: string | null;
            /** @description The same as a share of the best price, to four digits. */
            trail_percent?: string | null;
            /** @description How far a trailing stop's limit is beyond its stop. */
            limit_offset?: string | null;
            /**
             * @description It may only lessen the position.
             * @default false
             */
            reduce_only: boolean;
            /** @description What an iceberg shows at a time; the rest follows behind the queue. */
            display_quantity?: string | null;
        };
        /** @description The market at a glance. Figures of 24 hours are by the market's own clock. */
        TickerOut: {
            symbol: string;
            last: string | null;
            bid: string | null;
            ask: string | null;
            /** @description In percent. */
            change_24h: string | null;
            high_24h: string | null;
            low_24h: string | null;
            volume_24h: string | null;
            /** Format: date-time */
            time: string | null;
            /** @description What feeds the market, or last did. */
            source: string | null;
            /** @description Nothing feeds it now: the values are the last ones there were. */
            stale: boolean;
            /**
             * Format: int64
             * @description While stale: how old the last good price is.
             */
            age_ms: number | null;
            /** @description The kinds of scenarios that change it now. */
            scenarios: ("crash" | "gap" | "spread" | "thin_book" | "halt")[];
        };
        TickerOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["TickerOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        TickerOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["TickerOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description Round trips, fees included. `_r` is in multiples of what was at risk, where that is known. */
        TradeFiguresOut: {
            /** Format: int64 */
            count: number;
            /** Format: double */
            win_rate: number | null;
            /** Format: double */
            gross_profit: number;
            /** Format: double */
            gross_loss: number;
            /** Format: double */
            profit_factor: number | null;
            /** Format: double */
            payoff_ratio: number | null;
            /** Format: double */
            expectancy: number | null;
            /** Format: double */
            expectancy_r: number | null;
            /** Format: double */
            average_win: number | null;
            /** Format: double */
            average_loss: number | null;
            /** Format: double */
            median: number | null;
            /** Format: double */
            best: number | null;
            /** Format: double */
            worst: number | null;
            /** Format: double */
            average_hold_hours: number | null;
            /** Format: int64 */
            most_wins_in_a_row: number;
            /** Format: int64 */
            most_losses_in_a_row: number;
            /** Format: double */
            average_adverse_excursion: number | null;
            /** Format: double */
            average_favourable_excursion: number | null;
            /** Format: double */
            system_quality: number | null;
            /** Format: double */
            kelly: number | null;
            long: components["schemas"]["SideFiguresOut"];
            short: components["schemas"]["SideFiguresOut"];
        };
        /** @description Round trips as columns of one length, oldest first: what is drawn of thousands of them at once. */
        TradeLinesOut: {
            /**
             * Format: int64
             * @description Of all round trips.
             */
            count: number;
            /**
             * Format: int64
             * @description 1: all of them are here. Of very many every second, third and so on is.
             */
            every: number;
            /** @description Places in the backtest's symbols, from 0 on. */
            symbols: number[];
            sides: ("long" | "short")[];
            entry_times: string[];
            exit_times: string[];
            entry_prices: number[];
            exit_prices: number[];
            /** @description After fees. */
            profits: number[];
        };
        TradeLinesOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["TradeLinesOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description One print on the tape. */
        TradeOut: {
            price: string;
            quantity: string;
            /**
             * @description The taker's.
             * @enum {string}
             */
            side: "buy" | "sell";
            /** Format: date-time */
            time: string;
        };
        /** @description Prints, newest first; those still kept in memory. */
        TradePageOut: {
            items: components["schemas"]["TradeOut"][];
            next_cursor: string | null;
            /** @description What feeds the market, or last did. */
            source: string | null;
            /** @description Nothing feeds it now: the values are the last ones there were. */
            stale: boolean;
            /**
             * Format: int64
             * @description While stale: how old the last good price is.
             */
            age_ms: number | null;
        };
        TradePageOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["TradePageOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description A trading state: since when (the market's clock), by whom and why; null when it was never changed. */
        TradingStateOut: {
            /** @enum {string} */
            state: "ACTIVE" | "REDUCING" | "HALTED";
            reason: string | null;
            by: string | null;
            /** Format: date-time */
            since: string | null;
        };
        /** @description What was halted or resumed; `since` is the market's clock. */
        TradingStatesOut: {
            /** @enum {string} */
            scope: "account" | "all";
            account: string | null;
            /** @enum {string} */
            state: "ACTIVE" | "REDUCING" | "HALTED";
            reason: string;
            by: string;
            /** Format: date-time */
            since: string;
            /** Format: int64 */
            canceled_orders: number;
            /** @description The ids of the orders that close positions. */
            closing_orders: string[];
        };
        TradingStatesOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["TradingStatesOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description Whether prices went somewhere. */
        TrendOut: {
            /** Format: int64 */
            window: number;
            /** Format: double */
            threshold: number;
            /** @enum {string} */
            current: "up" | "down" | "range";
            /** Format: double */
            up_share: number;
            /** Format: double */
            down_share: number;
            /** Format: double */
            range_share: number;
            series: components["schemas"]["TrendSeriesOut"];
        };
        /** @description The efficiency ratio and its label. */
        TrendSeriesOut: {
            /** @description Opens of bars; as long as the other columns. */
            time: string[];
            /** @description Null in the first window. */
            efficiency: (number | null)[];
            labels: ("up" | "down" | "range")[];
        };
        /** @description The deepest fall below the peak in each part of the time. */
        UnderwaterOut: {
            /** @description Opens of bars; as long as the other columns. */
            time: string[];
            drawdown: number[];
        };
        /** @description A test on the spread. */
        UnitRootTestOut: {
            /** Format: double */
            statistic: number;
            /** Format: double */
            p_value: number;
            /** Format: int64 */
            lags: number;
            /** @description Whether the true p-value lies beyond this one, where the table ends. */
            is_p_bounded: boolean;
        };
        /**
         * @description A new value.
         * @example {
         *       "value": 50,
         *       "reason": "The bots of the desk need more.",
         *       "revision": 0
         *     }
         */
        ValueInRequest: {
            /** @description Of the type of the key, within its bounds. */
            value: unknown;
            /** @default  */
            reason: string;
            /**
             * Format: int64
             * @description The `revision` you have seen: when the key has moved on from it, nothing is changed (409).
             */
            revision?: number | null;
        };
        /** @description A bar with a value for each symbol, in the order of the job's result. */
        ValuesOut: {
            /** Format: date-time */
            time: string;
            values: (number | null)[];
        };
        ValuesOutPageAnswer: {
            /** @enum {string} */
            status: "success";
            data: {
                items: components["schemas"]["ValuesOut"][];
                next_cursor: string | null;
            };
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description A venue's usual fees in basis points of the notional; what is charged is the account's own schedule. */
        VenueFeesOut: {
            /** Format: double */
            maker_bps: number;
            /** Format: double */
            taker_bps: number;
        };
        /** @description How one chain was found: valid, or where it first does not fit. */
        VerdictOut: {
            source: string;
            valid: boolean;
            /**
             * Format: int64
             * @description How many were proved.
             */
            entries: number;
            /** @description The hash of the last one that fits. */
            head: string;
            dropped: components["schemas"]["DroppedSegmentOut"][];
            /**
             * Format: int64
             * @description The first entry that does not fit.
             */
            seq: number | null;
            reason: string | null;
        };
        /** @description How all chains were found. */
        VerificationOut: {
            valid: boolean;
            /** Format: int64 */
            entries: number;
            sources: components["schemas"]["VerdictOut"][];
            first_bad: components["schemas"]["VerdictOut"] | null;
        };
        VerificationOutAnswer: {
            /** @enum {string} */
            status: "success";
            data: components["schemas"]["VerificationOut"];
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            trace_id: string;
            execution_time_ms: number;
        };
        /** @description How much a symbol moves. */
        VolatilityIn: {
            /**
             * @description Bars of a moving window.
             * @default 20
             */
            window: number;
            /**
             * @description Of the cone.
             * @default close_to_close
             * @enum {string}
             */
            estimator: "close_to_close" | "parkinson" | "garman_klass" | "rogers_satchell" | "yang_zhang";
            /** @description Lengths of windows in bars; left out: 10, 20, 60, 120 and 250. */
            cone_windows: number[] | null;
            /** @default 50 */
            lags: number;
        };
        /** @description How much a symbol moves. */
        VolatilityInRequest: {
            /**
             * @description Bars of a moving window.
             * @default 20
             */
            window: number;
            /**
             * @description Of the cone.
             * @default close_to_close
             * @enum {string}
             */
            estimator: "close_to_close" | "parkinson" | "garman_klass" | "rogers_satchell" | "yang_zhang";
            /** @description Lengths of windows in bars; left out: 10, 20, 60, 120 and 250. */
            cone_windows?: number[] | null;
            /** @default 50 */
            lags: number;
        };
        /** @description Annual volatility of the newest window. */
        VolatilityLatestOut: {
            /** Format: double */
            close_to_close: number | null;
            /** Format: double */
            parkinson: number | null;
            /** Format: double */
            garman_klass: number | null;
            /** Format: double */
            rogers_satchell: number | null;
            /** Format: double */
            yang_zhang: number | null;
        };
        /** @description How much a symbol moves; annual, as fractions. */
        VolatilityOut: {
            options: components["schemas"]["VolatilityIn"];
            /** Format: double */
            bars_per_year: number;
            latest: components["schemas"]["VolatilityLatestOut"];
            series: components["schemas"]["VolatilitySeriesOut"];
            cone: components["schemas"]["ConeWindowOut"][];
            persistence: components["schemas"]["PersistenceOut"];
        };
        /** @description Annual volatility by each estimator, in windows that end with the bar. */
        VolatilitySeriesOut: {
            /** @description Opens of bars; as long as the other columns. */
            time: string[];
            close_to_close: (number | null)[];
            parkinson: (number | null)[];
            garman_klass: (number | null)[];
            rogers_satchell: (number | null)[];
            yang_zhang: (number | null)[];
        };
        /**
         * @description A sweep on every training window, and its best on the bars after it.
         * @example {
         *       "symbols": [
         *         "BTC-USDT"
         *       ],
         *       "interval": "1h",
         *       "strategy": {
         *         "long_entry": "cross_above(sma(close, p.fast), sma(close, p.slow))",
         *         "long_exit": "cross_below(sma(close, p.fast), sma(close, p.slow))"
         *       },
         *       "parameters": {
         *         "fast": {
         *           "from": 5,
         *           "to": 50,
         *           "step": 5
         *         },
         *         "slow": {
         *           "values": [
         *             50,
         *             100,
         *             200
         *           ]
         *         }
         *       },
         *       "rising": [
         *         [
         *           "fast",
         *           "slow"
         *         ]
         *       ],
         *       "train_bars": 2000,
         *       "test_bars": 500
         *     }
         */
        WalkForwardInRequest: {
            symbols?: string[] | null;
            datasets?: string[] | null;
            interval: string;
            name?: string | null;
            notes?: string | null;
            strategy?: components["schemas"]["StrategyInRequest"] | null;
            /** @description In place of a strategy: a program as strategies have it, such as a grid. Not in sweeps. */
            program?: unknown;
            fills?: components["schemas"]["FillRulesInRequest"] | null;
            fees?: components["schemas"]["BacktestFeesInRequest"] | null;
            limits?: components["schemas"]["LimitsInRequest"] | null;
            /** @description Of the quote asset; 100000 unless said. */
            starting_cash?: string | null;
            /** @default false */
            allow_short: boolean;
            /**
             * Format: int64
             * @default 1
             */
            leverage: number;
            /** @default false */
            close_at_end: boolean;
            /** Format: int64 */
            delisted_after_bars?: number | null;
            /** @description By name `{from, to, step}` or `{values}`. */
            parameters: unknown;
            /** @description Pairs of names: the first has the smaller value. */
            rising?: unknown;
            /** @description Draw so many; null: all. */
            samples?: number | null;
            /**
             * Format: int64
             * @default 0
             */
            seed: number;
            /**
             * @default sharpe
             * @enum {string}
             */
            metric: "sharpe" | "total_return" | "max_drawdown" | "profit_factor" | "trades";
            /** @default 1 */
            least_trades: number;
            /** Format: int64 */
            train_bars: number;
            /** Format: int64 */
            test_bars: number;
            /**
             * Format: int64
             * @default 0
             */
            gap_bars: number;
            /**
             * @description Whether training always begins with the first bar.
             * @default false
             */
            anchored: boolean;
            /**
             * Format: date-time
             * @description Bars that open from here on.
             */
            from?: string | null;
            /**
             * Format: date-time
             * @description Bars that open before.
             */
            to?: string | null;
        };
    };
    responses: {
        /** @description The input is malformed or invalid: VALIDATION_FAILED, MALFORMED_JSON, INVALID_CURSOR, INVALID_IDEMPOTENCY_KEY. */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorAnswer"];
            };
        };
        /** @description The present state does not allow it: each state its own code; IDEMPOTENCY_IN_PROGRESS. */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorAnswer"];
            };
        };
        /** @description Not permitted: FORBIDDEN, ORIGIN_NOT_ALLOWED. */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorAnswer"];
            };
        };
        /** @description It took too long: TIMEOUT. */
        GatewayTimeout: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorAnswer"];
            };
        };
        /** @description A fault of ours: INTERNAL. */
        InternalServerError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorAnswer"];
            };
        };
        /** @description Another gateway of the installation answers for this account: MISDIRECTED. X-Account-Owner names it. */
        MisdirectedRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorAnswer"];
            };
        };
        /** @description There is no such thing: NOT_FOUND, UNKNOWN_SYMBOL, UNKNOWN_ACCOUNT. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorAnswer"];
            };
        };
        /** @description The body is too large: BODY_TOO_LARGE. */
        RequestEntityTooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorAnswer"];
            };
        };
        /** @description Something needed is down: UNAVAILABLE, JOURNAL_UNAVAILABLE. */
        ServiceUnavailable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorAnswer"];
            };
        };
        /** @description Too many requests: RATE_LIMITED. Retry-After says when to come back. */
        TooManyRequests: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorAnswer"];
            };
        };
        /** @description No key, or none that is valid: UNAUTHENTICATED. */
        Unauthorized: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorAnswer"];
            };
        };
        /** @description Understood and refused: each rule its own code; IDEMPOTENCY_MISMATCH. */
        UnprocessableEntity: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorAnswer"];
            };
        };
        /** @description The body is of another kind than this reads: UNSUPPORTED_MEDIA_TYPE. */
        UnsupportedMediaType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorAnswer"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    accounts_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: {
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    accounts_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountInRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    accounts_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    accounts_partial_update: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountChangeInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    accounts_deposit: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FundsInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    accounts_epochs: {
        parameters: {
            query?: never;
            header?: {
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EpochOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    accounts_fork: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ForkInRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    accounts_reset: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ResetInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    accounts_withdraw: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FundsInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    alerts_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    alerts_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertInRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeAlertOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    alerts_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    alerts_update: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeAlertOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    alerts_destroy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    alerts_partial_update: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertChangeInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeAlertOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    alerts_test: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertEventOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    alerts_events_list: {
        parameters: {
            query?: {
                /** @description By somebody, or by nobody. */
                acknowledged?: boolean | null;
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description At or after this time. */
                from?: string;
                /** @description Items on a page. */
                limit?: number;
                rule?: string;
                severity?: "info" | "warning" | "critical";
                /** @description Before this time. */
                to?: string;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertEventOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    alerts_events_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertEventOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    alerts_events_acknowledge: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertEventOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    analytics_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                kind?: "correlation" | "volatility" | "seasonality" | "drawdowns" | "cointegration" | "regime" | null;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalysisOutlinePageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    analytics_create: {
        parameters: {
            query?: {
                /** @description Seconds to wait for its end. */
                wait?: number;
            };
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnalysisInRequest"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    analytics_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalysisOutAnswer"];
                };
            };
            /** @description What If-None-Match names is still the answer. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    analytics_destroy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    audit_list: {
        parameters: {
            query?: {
                /** @description `place_order`, `datasets.create`… */
                action?: string;
                /** @description As it is shown, or its name (`key:01a2…`, `user:admin`) or address alone. */
                actor?: string;
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Recorded at or after this time. */
                from?: string;
                /** @description Items on a page. */
                limit?: number;
                /** @description An id that was touched: of an account, an order (the client's own id too), a job, a data set… */
                object?: string;
                /** @description Recorded before this time. */
                to?: string;
                trace_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEntryOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    audit_export: {
        parameters: {
            query?: {
                /** @description `place_order`, `datasets.create`… */
                action?: string;
                /** @description As it is shown, or its name (`key:01a2…`, `user:admin`) or address alone. */
                actor?: string;
                /** @description JSON lines, or a table. */
                format?: "jsonl" | "csv";
                /** @description Recorded at or after this time. */
                from?: string;
                /** @description An id that was touched: of an account, an order (the client's own id too), a job, a data set… */
                object?: string;
                /** @description Recorded before this time. */
                to?: string;
                trace_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    audit_verify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerificationOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    backtests_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BacktestOutlinePageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    backtests_create: {
        parameters: {
            query?: {
                /** @description Seconds to wait for its end. */
                wait?: number;
            };
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BacktestInRequest"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    backtests_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BacktestOutAnswer"];
                };
            };
            /** @description What If-None-Match names is still the answer. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    backtests_destroy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    backtests_partial_update: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BacktestChangeInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BacktestOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    backtests_equity: {
        parameters: {
            query?: {
                points?: number;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EquityOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    backtests_orders: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BacktestOrderOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    backtests_parity: {
        parameters: {
            query?: {
                /** @description Of that account; left out: the present one. */
                epoch?: number;
                limit?: number;
                /** @description A rehearsal of a strategy that has ended. */
                rehearsal?: string;
                /** @description A run of a strategy, on the bars that it followed. */
                run?: string;
                /** @description The account that traded in the sandbox; your own unless said. */
                session?: string;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ParityOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    backtests_trade_lines: {
        parameters: {
            query?: never;
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TradeLinesOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    backtests_trades: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoundTripOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    backtests_monte_carlo: {
        parameters: {
            query?: {
                /** @description Seconds to wait for its end. */
                wait?: number;
            };
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MonteCarloInRequest"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    backtests_python_strategies: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PythonStrategyOutListAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    backtests_sweeps_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchOutlinePageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    backtests_sweeps_create: {
        parameters: {
            query?: {
                /** @description Seconds to wait for its end. */
                wait?: number;
            };
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SweepInRequest"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    backtests_sweeps_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchOutAnswer"];
                };
            };
            /** @description What If-None-Match names is still the answer. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    backtests_sweeps_destroy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    backtests_sweeps_combinations: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CombinationOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    backtests_walk_forward_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchOutlinePageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    backtests_walk_forward_create: {
        parameters: {
            query?: {
                /** @description Seconds to wait for its end. */
                wait?: number;
            };
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WalkForwardInRequest"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    backtests_walk_forward_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchOutAnswer"];
                };
            };
            /** @description What If-None-Match names is still the answer. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    backtests_walk_forward_destroy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    balances_list: {
        parameters: {
            query?: {
                epoch?: number | null;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BalanceOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    config_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                group?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    config_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    config_update: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
            };
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ValueInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    config_destroy: {
        parameters: {
            query?: {
                reason?: string;
            };
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
            };
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    config_history: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RevisionPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    config_rollback: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
            };
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RollbackInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    corporate_actions_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                kind?: "split" | "dividend";
                /** @description Items on a page. */
                limit?: number;
                symbol?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActionOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    corporate_actions_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActionInRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActionOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    corporate_actions_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActionOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    corporate_actions_destroy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    corporate_actions_import_import_csv: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["ActionFileInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActionsImportedOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    datasets_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                kind?: "candles" | "trades" | "quotes" | "depth";
                /** @description Items on a page. */
                limit?: number;
                symbol?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetOutPageAnswer"];
                };
            };
            /** @description What If-None-Match names is still the answer. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    datasets_create: {
        parameters: {
            query?: {
                /** @description Seconds to wait for its end. */
                wait?: number;
            };
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["ImportInRequest"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    datasets_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetOutAnswer"];
                };
            };
            /** @description What If-None-Match names is still the answer. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    datasets_destroy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    datasets_quality: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QualityOutAnswer"];
                };
            };
            /** @description What If-None-Match names is still the answer. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    datasets_repair: {
        parameters: {
            query?: {
                /** @description Seconds to wait for its end. */
                wait?: number;
            };
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RepairInRequest"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    datasets_backfill: {
        parameters: {
            query?: {
                /** @description Seconds to wait for its end. */
                wait?: number;
            };
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BackfillInRequest"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    datasets_preview: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["PreviewInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreviewOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    exchanges_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: {
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExchangeOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    exchanges_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExchangeOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    expressions_validate: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExpressionInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExpressionOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    factors_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FactorOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    factors_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FactorInRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FactorOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    factors_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FactorOutAnswer"];
                };
            };
            /** @description What If-None-Match names is still the answer. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    factors_destroy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    factors_partial_update: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FactorChangeInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FactorOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    factors_compute: {
        parameters: {
            query?: {
                /** @description Seconds to wait for its end. */
                wait?: number;
            };
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ComputeInRequest"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    factors_evaluate: {
        parameters: {
            query?: {
                /** @description Seconds to wait for its end. */
                wait?: number;
            };
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EvaluateInRequest"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    factors_operators: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LanguageOutAnswer"];
                };
            };
            /** @description What If-None-Match names is still the answer. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    factors_sets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FactorSetOutListAnswer"];
                };
            };
            /** @description What If-None-Match names is still the answer. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    factors_values: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Its name as the job's result has it; the first of them unless said. */
                factor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValuesOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    feed_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    feed_update: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FeedInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    feed_scenarios_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: {
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScenarioOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    feed_scenarios_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScenarioInRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScenarioOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    feed_scenarios_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScenarioOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    feed_scenarios_destroy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScenarioOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    feed_seek_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FeedSeekInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    feed_step: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FeedStepInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedSteppedOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    fills_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Of the account; left out: the present one. */
                epoch?: number;
                /** @description At or after this time. */
                from?: string;
                /** @description Items on a page. */
                limit?: number;
                order_id?: string;
                symbol?: string;
                /** @description Before this time. */
                to?: string;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FillOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    jobs_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                kind?: string;
                /** @description Items on a page. */
                limit?: number;
                status?: "queued" | "running" | "succeeded" | "failed" | "canceled" | "interrupted";
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    jobs_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    jobs_destroy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    keys_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    keys_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyInRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedKeyOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    keys_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    keys_destroy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    markets_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: {
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TickerOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    markets_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                /** @description The instrument. */
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MarketOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    markets_calculate: {
        parameters: {
            query: {
                /** @description How much would so much of the quote fill? */
                notional?: string;
                /** @description How much is there up to this price? */
                price?: string;
                /** @description At which prices would so much of the base fill? */
                quantity?: string;
                /** @description buy takes asks, sell takes bids. */
                side: "buy" | "sell";
            };
            header?: {
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                /** @description The instrument. */
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalculationOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    markets_candles: {
        parameters: {
            query?: {
                /** @description Make prices comparable over splits, or over splits and dividends (all), back from the newest candle. */
                adjust?: "none" | "splits" | "all";
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Take them from this data set. */
                dataset?: string;
                /** @description Candles that open at or after this time. */
                from?: string;
                /** @description 1m, 5m, 15m, 1h, 4h, 1d; of a data set or a stored source any minutes, hours or days, such as 90m. */
                interval?: string;
                /** @description Items on a page. */
                limit?: number;
                /** @description Take them from this stored source, such as live:binance. */
                source?: string;
                /** @description Candles that open before this time. */
                to?: string;
            };
            header?: {
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                /** @description The instrument. */
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CandlePageOutAnswer"];
                };
            };
            /** @description What If-None-Match names is still the answer. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    markets_orderbook: {
        parameters: {
            query?: {
                /** @description Levels a side; default all. */
                depth?: number;
            };
            header?: {
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                /** @description The instrument. */
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderBookOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    markets_series: {
        parameters: {
            query?: never;
            header?: {
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                /** @description The instrument. */
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeriesOutListAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    markets_ticker: {
        parameters: {
            query?: never;
            header?: {
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                /** @description The instrument. */
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TickerOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    markets_trades: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: {
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                /** @description The instrument. */
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TradePageOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    order_lists_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description At or after this time. */
                from?: string;
                /** @description Items on a page. */
                limit?: number;
                status?: "open" | "closed" | "all";
                symbol?: string;
                /** @description Before this time. */
                to?: string;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderListOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    order_lists_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrderListInRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlacedOrderListOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    order_lists_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderListOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    order_lists_destroy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderListOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    orders_list: {
        parameters: {
            query?: {
                client_order_id?: string;
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Of the account; left out: the present one. */
                epoch?: number;
                /** @description At or after this time. */
                from?: string;
                /** @description Items on a page. */
                limit?: number;
                side?: "buy" | "sell";
                status?: "open" | "closed" | "all";
                symbol?: string;
                /** @description Before this time. */
                to?: string;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    orders_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrderInRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlacedOrderOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    orders_destroy_all: {
        parameters: {
            query?: {
                /** @description Only orders of this symbol. */
                symbol?: string;
            };
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    orders_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    orders_destroy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    orders_partial_update: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplaceOrderInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    orders_explain: {
        parameters: {
            query?: never;
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExplainOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    orders_batch_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrderBatchInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchItemOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    orders_cancel_after_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CancelAfterOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    orders_cancel_after_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelAfterInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CancelAfterOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    orders_preview: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrderInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderPreviewOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    portfolio_history: {
        parameters: {
            query?: {
                /** @description Of the account; left out: the present one. */
                epoch?: number;
                /** @description Left out: the finest that gives up to 500 points. */
                interval?: "1m" | "5m" | "15m" | "1h" | "4h" | "1d";
                /** @description Back from now by the market's clock (1m: 30 days); all: the whole epoch. */
                period?: "1d" | "1w" | "1m" | "3m" | "1y" | "all";
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortfolioHistoryOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    positions_list: {
        parameters: {
            query?: {
                epoch?: number | null;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PositionOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    positions_destroy_all: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    positions_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                /** @description The instrument. */
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PositionOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    positions_destroy: {
        parameters: {
            query?: {
                /** @description Above 0, up to 100; rounded down to whole lots. */
                percent?: string;
                quantity?: string;
            };
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                /** @description The instrument. */
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlacedOrderOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    rehearsals_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RehearsalOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    rehearsals_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RehearsalInRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RehearsalOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    rehearsals_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RehearsalOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    rehearsals_destroy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RehearsalOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    reports_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                kind?: "performance" | "trades" | "execution" | "risk" | "realised" | "statement" | "comparison" | "factor" | "data";
                /** @description Items on a page. */
                limit?: number;
                /** @description Only what it has made; also one that was deleted since. */
                schedule?: string;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    reports_create: {
        parameters: {
            query?: {
                /** @description Seconds to wait for its end. */
                wait?: number;
            };
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReportInRequest"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    reports_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportOutAnswer"];
                };
            };
            /** @description What If-None-Match names is still the answer. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    reports_destroy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    reports_download: {
        parameters: {
            query?: never;
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                    "application/pdf": string;
                    "text/csv": string;
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                    "application/json": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    reports_schedules_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    reports_schedules_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleInRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    reports_schedules_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    reports_schedules_destroy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    reports_schedules_partial_update: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleChangeInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    risk_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RiskOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    risk_halt: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HaltInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TradingStatesOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    risk_limits: {
        parameters: {
            query?: never;
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountLimitsOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    risk_limits_put_limits: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RiskLimitsInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountLimitsOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    risk_resume: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResumeInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TradingStatesOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    strategies_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StrategyOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    strategies_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewStrategyInRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StrategyOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    strategies_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StrategyOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    strategies_destroy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    strategies_partial_update: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StrategyChangeInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StrategyOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    strategies_performance: {
        parameters: {
            query?: {
                /** @description Left out: the newest. */
                run?: string;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StrategyPerformanceOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    strategies_rehearsals: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StrategyRehearsalOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    strategies_rehearse: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StrategyRehearseInRequest"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StrategyRehearsalOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    strategies_runs: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StrategyRunOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    strategies_signals: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description At or after this time, by the market's clock. */
                from?: string;
                /** @description Items on a page. */
                limit?: number;
                outcome?: "ordered" | "refused" | "nothing";
                run?: string;
                symbol?: string;
                /** @description Before this time. */
                to?: string;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StrategySignalOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    strategies_start: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["StrategyStartInRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StrategyRunOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    strategies_stop: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["StrategyStopInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StrategyRunOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    strategies_versions: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StrategyVersionOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    strategies_rehearsals_retrieve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StrategyRehearsalOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    strategies_rehearsals_cancel: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StrategyRehearsalOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            421: components["responses"]["MisdirectedRequest"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    strategies_rehearsals_orders: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: {
                /** @description The account this is about. */
                "X-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RehearsedOrderOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            421: components["responses"]["MisdirectedRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    strategies_templates: {
        parameters: {
            query?: never;
            header?: {
                /** @description The rehearsal this is about; left out: the main feed and exchange. */
                "X-Rehearsal"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StrategyTemplateOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    symbols_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SymbolOutPageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    symbols_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The instrument. */
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SymbolOutAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    system_info: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemInfoAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    system_logs: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before, unchanged. */
                cursor?: string;
                /** @description The lowest level wanted. */
                level?: "TRACE" | "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL";
                /** @description Items on a page. */
                limit?: number;
                /** @description A logger, with those below it. */
                logger?: string;
                trace_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogLinePageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    system_services_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServicePageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    system_services_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    system_services_restart: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same answer for 24 hours, and are executed once. Quotes around it are not part of it. */
                "Idempotency-Key"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["RequestEntityTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableEntity"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    system_time: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemTimeAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    healthz_alive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AliveAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    livez_alive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AliveAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    readyz_ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadyAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
}
