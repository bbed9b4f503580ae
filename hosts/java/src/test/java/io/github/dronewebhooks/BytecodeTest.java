package io.github.dronewebhooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.CodeSizeEvaluator;

/** What was compiled from WebAssembly. */
class BytecodeTest {
    // The JVM's HugeMethodLimit: above it a method is interpreted for ever.
    private static final int LIMIT = 8000;

    private static final Path CLASSES = Path.of("target/classes/io/github/dronewebhooks/wasm");

    @Test
    void noMethodIsTooLargeToBeCompiledByTheJvm() throws IOException {
        assertEquals(List.of(), tooLarge("VerifierModule"));
        assertEquals(List.of(), tooLarge("ExplainModule"));
    }

    @Test
    void noFunctionIsLeftToTheInterpreter() throws IOException {
        for (Path file : classes()) {
            var reader = new ClassReader(Files.readAllBytes(file));
            assertTrue(!reader.getSuperName().contains("Interpreter"), file + " is an " + reader.getSuperName());
        }
    }

    private interface Sizes {
        void add(String method, int size);
    }

    private static List<String> tooLarge(String module) throws IOException {
        var sizes = new ArrayList<Integer>();
        var tooLarge = new ArrayList<String>();
        for (Path file : classes()) {
            if (file.getFileName().toString().startsWith(module)) {
                sizesOf(file, (name, size) -> {
                    sizes.add(size);
                    if (size > LIMIT) {
                        tooLarge.add(file.getFileName() + " " + name + ": " + size);
                    }
                });
            }
        }
        assertTrue(sizes.size() > 200, sizes.size() + " methods were measured");
        return tooLarge;
    }

    private static List<Path> classes() throws IOException {
        try (Stream<Path> files = Files.list(CLASSES)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(".class")).toList();
            assertTrue(found.size() > 5, found.toString());
            return found;
        }
    }

    private static void sizesOf(Path file, Sizes sizes) throws IOException {
        new ClassReader(Files.readAllBytes(file)).accept(new ClassVisitor(Opcodes.ASM9) {
            @Override
            public MethodVisitor visitMethod(int access, String name, String descriptor, String signature, String[] exceptions) {
                return new CodeSizeEvaluator(Opcodes.ASM9, null) {
                    @Override
                    public void visitEnd() {
                        sizes.add(name, getMaxSize());
                    }
                };
            }
        }, 0);
    }
}
