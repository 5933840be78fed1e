"use strict";

// A scheduler on npm's mesos-framework 0.5.3: subscribes, launches three tasks, sees them finish, and tears itself down.
// Arguments: host and port of a master. Exits with 0 when the teardown has been taken.
const { Scheduler } = require("mesos-framework");
const Mesos = require("mesos-framework").Mesos.getMesos();

const TASKS = 3;
const finished = new Set();

const scheduler = new Scheduler({
    masterUrl: process.argv[2],
    port: Number(process.argv[3]),
    frameworkName: "node client",
    restartStates: [],
    tasks: {
        node: {
            priority: 1,
            instances: TASKS,
            commandInfo: new Mesos.CommandInfo(
                null, // URIs
                new Mesos.Environment([new Mesos.Environment.Variable("WORD", "hello")]),
                true, // Through a shell
                "echo $WORD",
                null, // Arguments
                null // User
            ),
            resources: { cpus: 0.1, mem: 32, ports: 0, disk: 0 },
        },
    },
});

scheduler.on("ready", () => scheduler.subscribe());
scheduler.on("subscribed", (event) => console.log("subscribed " + event.frameworkId));
scheduler.on("error", (error) => console.log("error " + JSON.stringify(error)));
scheduler.on("update", (update) => {
    const status = update.status;
    console.log("update " + status.task_id.value + " " + status.state);
    if (status.state === "TASK_FINISHED") {
        finished.add(status.task_id.value);
    }
    if (finished.size === TASKS) {
        scheduler.teardown();
    }
});
scheduler.on("sent_teardown", () => {
    console.log("finished " + finished.size);
    process.exit(0);
});
