package io.github.dronewebhooks;

import io.github.dronewebhooks.wasm.ExplainModule;
import io.github.dronewebhooks.wasm.VerifierModule;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.Function;
import run.endive.runtime.ExportFunction;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.runtime.Memory;
import run.endive.wasm.WasmModule;

/**
 * One instance of the portable module, and what it takes to call it. The only file that touches WebAssembly.
 *
 * <p>It serves one call at a time: {@link InstancePool} hands it out, and throws it away after a trap.
 */
final class ModuleInstance {
    /** The version of the interface that is spoken here. */
    static final int VERSION = 1;

    /** A verdict: the signature lists headers that were not handed over. */
    static final int MORE_HEADERS = 255;

    // A mistake of this package's, never of a request.
    private static final int MALFORMED = 254;

    final ExportFunction authenticate;
    final ExportFunction finish;
    final ExportFunction facts;
    final ExportFunction payload;
    final ExportFunction sign;
    /** Null in the module that does not explain. */
    final ExportFunction explain;

    private final ExportFunction buffer;
    private final ExportFunction newVerifier;
    private final Memory memory;
    private final MessageDigest sha256;
    private int verifier = -1;

    /** Throws {@link IllegalStateException} where the module speaks another version than this package. */
    ModuleInstance(Instance instance, boolean explains) {
        var exports = instance.exports();
        checkVersion((int) exports.function("abi_version").apply()[0]);
        memory = exports.memory("memory");
        buffer = exports.function("buffer");
        newVerifier = exports.function("new_verifier");
        authenticate = exports.function("authenticate");
        finish = exports.function("finish");
        facts = exports.function("facts");
        payload = exports.function("payload");
        sign = exports.function("sign");
        explain = explains ? exports.function("explain") : null;
        sha256 = newSha256();
    }

    /** The module that verifies and signs. */
    static ModuleInstance verifying() {
        return new ModuleInstance(instance(VerifierModule.load(), VerifierModule::create), false);
    }

    /** The one that explains besides, three times as large; its classes are loaded when it is asked for. */
    static ModuleInstance explaining() {
        return new ModuleInstance(instance(ExplainModule.load(), ExplainModule::create), true);
    }

    private static Instance instance(WasmModule module, Function<Instance, Machine> compiled) {
        return Instance.builder(module).withMachineFactory(compiled).withMemoryFactory(FlatMemory::new).build();
    }

    private static void checkVersion(int version) {
        if (version != VERSION) {
            throw new IllegalStateException(
                    "the WebAssembly module speaks version " + version + " of its interface, and this package version " + VERSION);
        }
    }

    /** Sets up the one verifier of this instance and gives what it says of itself. Throws {@link Code#CONFIG_INVALID}. */
    AnswerReader newVerifier(byte[] configuration) {
        int verdict = call(newVerifier, configuration, configuration.length);
        if (codeOf(verdict) != 0) {
            throw refusal(verdict);
        }
        var answer = new AnswerReader(answer(verdict));
        verifier = answer.u32();
        return answer;
    }

    /** Writes a record and calls an export that takes no verifier; gives the verdict. */
    int call(ExportFunction export, byte[] record, int length) {
        memory.write(addressOfBuffer(length), record, 0, length);
        return (int) export.apply(length)[0];
    }

    /** The same for an export that takes the verifier. */
    int callVerifier(ExportFunction export, byte[] record, int length) {
        memory.write(addressOfBuffer(length), record, 0, length);
        return (int) export.apply(verifier, length)[0];
    }

    /** The code of a verdict. */
    static int codeOf(int verdict) {
        return verdict & 0xff;
    }

    /** The answer of the call before. */
    byte[] answer(int verdict) {
        return memory.readBytes(addressOfBuffer(0), verdict >>> 8);
    }

    /** The answer as text. */
    String message(int verdict) {
        return new String(answer(verdict), StandardCharsets.UTF_8);
    }

    /** What a verdict that is not 0 means. */
    RuntimeException refusal(int verdict) {
        int code = codeOf(verdict);
        if (code == MALFORMED || code == MORE_HEADERS) {
            return new IllegalStateException("the WebAssembly module and this package do not understand one another: " + message(verdict));
        }
        return new WebhookVerificationException(Code.ofNumber(code), message(verdict));
    }

    /** The hash of a body; the instance's own digest saves looking one up. */
    byte[] sha256(byte[] body) {
        return sha256.digest(body);
    }

    /** How many bytes its memory has grown to. */
    long memoryBytes() {
        return (long) memory.pages() * Memory.PAGE_SIZE;
    }

    /** For tests, which break it on purpose. */
    Memory memory() {
        return memory;
    }

    private int addressOfBuffer(int capacity) {
        // Asked for each time, since growing moves it.
        return (int) buffer.apply(capacity)[0];
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
