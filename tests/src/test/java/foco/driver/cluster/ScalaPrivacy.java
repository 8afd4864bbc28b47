package foco.driver.cluster;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.api.JavaUniverse;
import scala.reflect.api.Names.NameApi;
import scala.reflect.api.Symbols.ClassSymbolApi;
import scala.reflect.api.Symbols.SymbolApi;
import scala.reflect.api.Universe;

/** What Scala's sources say of classes and members that Java takes for public: {@code private[spark]} and the like. */
final class ScalaPrivacy {

    private static final ClassLoader LOADER = ScalaPrivacy.class.getClassLoader();

    private final JavaUniverse.JavaMirror mirror;
    /** The same object as the mirror's universe: to Java its two types are strangers. */
    private final Universe universe;

    private final Map<String, Boolean> known = new HashMap<>();

    ScalaPrivacy() {
        JavaUniverse java = scala.reflect.runtime.package$.MODULE$.universe();
        mirror = java.runtimeMirror(LOADER);
        universe = (Universe) (Object) java;
    }

    /** Whether a class is for Spark's own packages, or all its members of a name are. */
    boolean hides(String owner, String member) {
        return known.computeIfAbsent(owner + "#" + member, key -> {
            try {
                Class<?> type = Class.forName(owner, false, LOADER);
                SymbolApi symbol = owner.endsWith("$") ? mirror.moduleSymbol(type) : mirror.classSymbol(type);
                return isWithin(symbol) || hidesMember(symbol, member);
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private boolean hidesMember(SymbolApi owner, String name) {
        // A class's own constructors are members of it; an object is a class of its own kind.
        SymbolApi type = owner.isModule() ? owner.asModule().moduleClass() : owner;
        List<SymbolApi> members = CollectionConverters.asJava(((ClassSymbolApi) type)
                .toType()
                .member((NameApi) (Object) universe.TermName().apply(name))
                .alternatives());
        return !members.isEmpty() && members.stream().allMatch(this::isWithin);
    }

    /** What is {@code protected[spark]} is for subclasses too, wherever they are. */
    private boolean isWithin(SymbolApi symbol) {
        boolean isProtected = symbol.isTerm() && symbol.isProtected();
        return symbol.privateWithin() != universe.NoSymbol() && !isProtected;
    }
}
