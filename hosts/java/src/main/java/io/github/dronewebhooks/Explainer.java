package io.github.dronewebhooks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Asks the larger module for an {@link Explanation}. */
final class Explainer {
    /** Loaded by who asks why, and shared: it holds no verifier. */
    private static final class Pool {
        static final InstancePool INSTANCES = new InstancePool(ModuleInstance::explaining);
    }

    private final byte[] configuration;

    Explainer(byte[] configuration) {
        this.configuration = configuration;
    }

    Explanation explain(RequestHead head, byte[] body, long now, boolean reveal) {
        Body.check(body);
        var record = new RecordWriter(configuration.length + body.length + 2048);
        HeadRecord.all(record.u32(reveal ? 1 : 0).raw(configuration), head, now);
        Body.bytes(record, body);
        try {
            return parse(Pool.INSTANCES.use(instance -> {
                int verdict = instance.call(instance.explain, record.buffer(), record.length());
                if (ModuleInstance.codeOf(verdict) != 0) {
                    throw instance.refusal(verdict);
                }
                return instance.answer(verdict);
            }));
        } finally {
            record.wipe();
        }
    }

    private static Explanation parse(byte[] answer) {
        JsonNode json = Json.read(answer);
        return new Explanation(
                json.path("ok").asBoolean(),
                code(json),
                list(json.path("steps"), Explainer::step),
                text(json, "signingString"),
                list(json.path("causes"), Explainer::cause));
    }

    private static Explanation.Step step(JsonNode json) {
        return new Explanation.Step(
                text(json, "step"), text(json, "status"), code(json), text(json, "received"), text(json, "computed"), text(json, "message"));
    }

    private static Explanation.Cause cause(JsonNode json) {
        return new Explanation.Cause(
                text(json, "code"), text(json, "message"), text(json, "evidence"), text(json, "fix"), text(json, "sender"));
    }

    private static Code code(JsonNode json) {
        String code = text(json, "code");
        return code == null ? null : Code.of(code);
    }

    private static String text(JsonNode json, String name) {
        return json.path(name).textValue();
    }

    private static <T> List<T> list(JsonNode json, Function<JsonNode, T> read) {
        var all = new ArrayList<T>(json.size());
        json.forEach(each -> all.add(read.apply(each)));
        return List.copyOf(all);
    }
}
