package foco.testing;

final class OtherProcess {

    private OtherProcess() {}

    /** This process's id, after a moment in which the other executor takes its share of the tasks. */
    static long idAfterAMoment() throws InterruptedException {
        Thread.sleep(300);
        return ProcessHandle.current().pid();
    }
}
