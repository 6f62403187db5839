using System.Collections.Immutable;

namespace Fairlead.Model.Answer;

/// <summary>
/// The question cannot be put: bad input, or an engine that does not answer. Caught only at the entry point, which writes
/// fairlead.error/1 or one line, and exits with <see cref="ErrorCodes.ExitCode"/>.
/// </summary>
public sealed class CannotAnswerException : Exception
{
    /// <param name="code">One of <see cref="ErrorCodes"/>.</param>
    /// <param name="message">What was wrong, in one line, in the language of the answer.</param>
    /// <param name="hint">What to do; null when nothing helps.</param>
    /// <param name="candidates">What may have been meant.</param>
    public CannotAnswerException(string code, string message, string? hint = null, ImmutableArray<string> candidates = default, Exception? inner = null)
        : base(message, inner) =>
        Answer = new ErrorAnswer { Code = code, Message = message, Hint = hint, Candidates = candidates.IsDefault ? [] : candidates };

    public ErrorAnswer Answer { get; }
}
